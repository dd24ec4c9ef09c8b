// What the screens ask a document for: texts by language, parties by role, classes by scheme.
import type { Classification, Party, Publication, Role, Titles } from '../api/types';
import type { Lang } from '../i18n';

/** Returns the languages that a document has a title, an abstract, claims or a description in, Chinese and English first. */
export function languagesOf(document: Publication): string[] {
  const texts: { lang: string }[][] = [document.titles, document.abstracts, document.claims, document.descriptions].map((list) => list ?? []);
  const codes = texts.flat().map((text) => text.lang);
  const rank = (code: string): number => ['zh', 'en'].indexOf(code) + 1 || 3;
  return [...new Set(codes)].toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** Returns the languages whose texts the source marks as translations. */
export const translatedLanguages = (document: Publication): string[] =>
  (document.abstracts ?? document.titles ?? []).filter((text) => text.translated).map((text) => text.lang);

/** Returns the item in `lang`; with `otherwise`, the first one where there is none. */
export function inLanguage<T extends { lang: string }>(items: readonly T[] | undefined, lang: string, otherwise = false): T | undefined {
  return items?.find((item) => item.lang === lang) ?? (otherwise ? items?.[0] : undefined);
}

/** Returns the title to show first and the one below it. */
export function titlePair(titles: Titles, lang: Lang): { lang: string; text: string }[] {
  const order = lang === 'zh' ? (['zh', 'en', 'other'] as const) : (['en', 'zh', 'other'] as const);
  return order.flatMap((key) => {
    const text = titles[key];
    return text ? [{ lang: key, text }] : [];
  });
}

export function titlesOf(document: Publication): Titles {
  const find = (lang: string): string | undefined => inLanguage(document.titles, lang)?.text;
  const other = document.titles?.find((title) => title.lang !== 'zh' && title.lang !== 'en')?.text;
  return { zh: find('zh'), en: find('en'), other };
}

/** Returns the parties of a role, one entry a party with all its spellings. */
export function partiesOf(document: Publication, role: Role): Party[][] {
  const bySequence = new Map<number, Party[]>();
  for (const party of document.parties ?? []) {
    if (party.role !== role) continue;
    bySequence.set(party.sequence, [...(bySequence.get(party.sequence) ?? []), party]);
  }
  return [...bySequence].toSorted(([a], [b]) => a - b).map(([, spellings]) => spellings);
}

/** Returns the classes by scheme, each symbol once, in the order of the source. */
export function classesByScheme(document: Publication): [string, Classification[]][] {
  const schemes = new Map<string, Map<string, Classification>>();
  for (const item of document.classes ?? []) {
    const symbols = schemes.get(item.scheme) ?? new Map<string, Classification>();
    if (!symbols.has(item.symbol)) symbols.set(item.symbol, item);
    schemes.set(item.scheme, symbols);
  }
  return [...schemes].map(([scheme, symbols]) => [scheme, [...symbols.values()]]);
}

/** Returns the earliest priority date, else the filing date. */
export function priorityDateOf(document: Publication): string | undefined {
  const dates = [...(document.priorities ?? []).map((priority) => priority.date), document.filing_date];
  return dates.filter((date): date is string => Boolean(date)).toSorted()[0];
}
