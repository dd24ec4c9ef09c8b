// Numbers, durations and languages for people, in the language of the page.
import type { Lang } from '../i18n';

const LOCALES: Record<Lang, string> = { zh: 'zh-CN', en: 'en-GB' };

/** Returns a count with separators. */
export const formatCount = (n: number, lang: Lang): string => new Intl.NumberFormat(LOCALES[lang]).format(n);

/** Returns a rate with at most one decimal, none from 10. */
export const formatRate = (perSecond: number, lang: Lang): string =>
  new Intl.NumberFormat(LOCALES[lang], { maximumFractionDigits: perSecond < 10 ? 1 : 0 }).format(perSecond);

/** Returns an amount of data in the largest decimal unit that leaves at least 1: `3.2 MB`. */
export function formatBytes(bytes: number, lang: Lang): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, at] = [bytes, 0];
  while (value >= 1000 && at < units.length - 1) [value, at] = [value / 1000, at + 1];
  const digits = at > 0 && value < 10 ? 1 : 0;
  return `${new Intl.NumberFormat(LOCALES[lang], { maximumFractionDigits: digits }).format(value)} ${units[at]}`;
}

/** Returns a duration in its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number, lang: Lang): string {
  const units = lang === 'zh' ? ['小时', '分', '秒'] : ['h', 'min', 's'];
  const total = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  const from = parts.findIndex((part) => part > 0);
  if (from < 0) return `0 ${units[2]}`;
  return parts
    .map((part, i) => ({ part, unit: units[i], i }))
    .slice(from, from + 2)
    .filter(({ part }) => part > 0)
    .map(({ part, unit }) => `${part} ${unit}`)
    .join(' ');
}

/** Returns a moment as date and minute in local time; a text that is no moment is returned as it is. */
export function formatMoment(iso: string, lang: Lang): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  return new Intl.DateTimeFormat(LOCALES[lang], { dateStyle: 'medium', timeStyle: 'short' }).format(moment);
}

/** Returns the value of an HTML `lang` attribute, so that Han characters take the right national form. */
export function htmlLang(code: string | undefined): string | undefined {
  if (!code || code === 'other') return undefined;
  return code === 'zh' ? 'zh-CN' : code;
}

/** Returns the name of a language in the language of the page. */
export function languageName(code: string, lang: Lang): string {
  try {
    return new Intl.DisplayNames([LOCALES[lang]], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
