// Language and theme: kept in the profile of the browser; a link may override both (`?lang=en&theme=dark`).
//
// `public/boot.js` has set the root element by the time this loads; here are the changes.
import { ref } from 'vue';
import type { Lang } from '../i18n';

export type Theme = 'light' | 'dark';

const root = document.documentElement;

export const lang = ref<Lang>(root.lang.startsWith('zh') ? 'zh' : 'en');
export const theme = ref<Theme>(root.dataset.theme === 'dark' ? 'dark' : 'light');

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

export function setLang(next: Lang): void {
  lang.value = next;
  root.lang = next === 'zh' ? 'zh-CN' : 'en';
  store('patnav.lang', next);
}

export function setTheme(next: Theme): void {
  theme.value = next;
  root.dataset.theme = next;
  store('patnav.theme', next);
}
