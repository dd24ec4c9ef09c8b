// Sets theme and language before the first paint, so that a dark page never flashes white.
// A file of its own because the content security policy allows no inline script.
// The same rules, for changes while the page is open: `src/lib/preferences.ts`.
(function () {
  var root = document.documentElement;
  var query = new URLSearchParams(location.search);
  function stored(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }
  var theme = query.get('theme') || stored('patnav.theme');
  if (theme !== 'dark' && theme !== 'light') {
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  var lang = query.get('lang') || stored('patnav.lang');
  if (lang !== 'zh' && lang !== 'en') lang = /^zh/i.test(navigator.language) ? 'zh' : 'en';
  root.dataset.theme = theme;
  root.lang = lang === 'zh' ? 'zh-CN' : 'en';
})();
