// The dictionary in use. Two languages, plain TypeScript: a key that is missing in one of them does not compile.
import { computed } from 'vue';
import { formatCount } from '../lib/format';
import { lang } from '../lib/preferences';
import { en } from './en';
import { zh, type Messages } from './zh';

export type Lang = 'zh' | 'en';

const DICTIONARIES: Record<Lang, Messages> = { zh, en };

/** The messages in the language of the page. */
export const t = computed(() => DICTIONARIES[lang.value]);

/** Returns a count as the page writes it. */
export const count = (n: number): string => formatCount(n, lang.value);

/** Returns the word of a closed list, or the raw value where a newer server sends one that this page does not know. */
export const word = (words: Record<string, string>, value: string): string => words[value] ?? value;
