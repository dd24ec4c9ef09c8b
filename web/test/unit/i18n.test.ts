// The two dictionaries: the same keys, the same kinds of values, and no Chinese left in English.
import { describe, expect, it } from 'vitest';
import { en } from '../../src/i18n/en';
import { zh } from '../../src/i18n/zh';

type Tree = { [key: string]: unknown };

/** Texts that name the other language and therefore stand in it. */
const IN_THE_OTHER_LANGUAGE = new Set(['switchLanguage', 'otherLanguage']);

function flatten(tree: Tree, prefix = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? flatten(value as Tree, `${prefix}${key}.`) : [[`${prefix}${key}`, value] as [string, unknown]],
  );
}

const text = (value: unknown): string => (typeof value === 'function' ? String(value('7', '9')) : String(value));

describe('dictionaries', () => {
  it('have the same keys in the same order', () => {
    expect(flatten(en).map(([key]) => key)).toEqual(flatten(zh).map(([key]) => key));
  });

  it('have functions at the same places', () => {
    expect(flatten(en).map(([, value]) => typeof value)).toEqual(flatten(zh).map(([, value]) => typeof value));
  });

  it.each(flatten(en).filter(([key]) => !IN_THE_OTHER_LANGUAGE.has(key)))('English has no Chinese: %s', (_key, value) => {
    expect(text(value)).not.toMatch(/\p{Script=Han}|[，。；：、（）“”]{2}/u);
  });

  it.each(flatten(zh))('Chinese is not empty: %s', (_key, value) => {
    expect(text(value).trim()).not.toBe('');
  });

  it('English tells one from many', () => {
    expect([en.search.families('1'), en.search.families('2')]).toEqual(['1 family', '2 families']);
  });
});
