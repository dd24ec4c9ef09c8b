// What the rules of the server say of a document beside its text: expected end, leaves, organisations.
import type { DocumentResponse } from '../api/types';
import type { Lang } from '../i18n';

type Legal = NonNullable<DocumentResponse['legal']>;
type Deadline = Legal['deadlines'][number];
export type Tag = NonNullable<DocumentResponse['tags']>[number];

/** Returns the expected end of the term, where it can be told. */
export const expiryOf = (legal: Legal | null | undefined): Deadline['fact'] | undefined =>
  legal?.deadlines.find((deadline) => deadline.kind === 'expiry')?.fact;

/** Returns the name of a leaf in the language of the page, else in the other, else its id. */
export function tagName(tag: Tag, lang: Lang): string {
  const names = [tag.name?.zh, tag.name?.en];
  const [first, second] = lang === 'zh' ? names : names.toReversed();
  return first ?? second ?? `${tag.pack}:${tag.node}`;
}

/** Returns the names that differ from all those before them in the list, so that a group named like its member shows once. */
export const otherThan = (names: readonly string[], shown: readonly string[]): string[] => names.filter((name) => !shown.includes(name));
