import { mount } from '@vue/test-utils';
import { afterEach, describe, expect, it } from 'vitest';
import type { DocumentResponse } from '../../src/api/types';
import { expiryOf, otherThan, tagName, type Tag } from '../../src/lib/known';
import { lang } from '../../src/lib/preferences';
import KnownFacts from '../../src/views/document/KnownFacts.vue';

const fact = { date: '2038-09-12', basis: ['20 years from filing'], confidence: 'computed', is_last_day: false, may_be_later: true };
const legal = {
  as_of: '2025-12-19',
  status: { state: 'active', detail: 'granted', since: '2021-03-02', basis: ['CN B'], confidence: 'register' },
  flags: [],
  countries: [],
  deadlines: [{ kind: 'next_fee', fact: { ...fact, date: '2026-09-12' } }, { kind: 'expiry', fact }],
  events: [],
  owners: [],
  burdens: [],
  faults: [],
  registers: [],
};
const tag: Tag = { pack: 'hes', node: 'B1', name: { zh: '瓶体与缠绕', en: 'vessels and winding' }, method: 'near', confidence: 0.874 };
const answer = {
  document: {},
  legal,
  tags: [tag, { ...tag, node: 'X9', name: undefined, method: 'later' }],
  organisations: { applicants: ['岭云新能源股份有限公司'], groups: ['岭云集团'], owners: ['岭云新能源股份有限公司'] },
} as unknown as DocumentResponse;
const shown = (given: unknown): string => mount(KnownFacts, { props: { answer: given as DocumentResponse } }).text();

afterEach(() => (lang.value = 'zh'));

describe('what is known of a document', () => {
  it('takes the expiry from the deadlines', () => {
    expect(expiryOf(answer.legal)?.date).toBe('2038-09-12');
    expect(expiryOf({ ...legal, deadlines: [] })).toBeUndefined();
    expect(expiryOf(undefined)).toBeUndefined();
  });

  it('names a leaf in the language of the page, or by what there is', () => {
    expect([tagName(tag, 'zh'), tagName(tag, 'en')]).toEqual(['瓶体与缠绕', 'vessels and winding']);
    expect(tagName({ ...tag, name: { zh: '瓶体与缠绕' } }, 'en')).toBe('瓶体与缠绕');
    expect(tagName({ ...tag, name: null }, 'zh')).toBe('hes:B1');
  });

  it('shows a name once', () => {
    expect(otherThan(['a', 'b'], ['a'])).toEqual(['b']);
  });

  it('shows state, expiry with reason and confidence, leaves with method, organisations', () => {
    lang.value = 'zh';
    const zh = shown(answer);
    for (const text of ['有效', '授权', '预计届满 2038-09-12', '或更晚', '推算：20 years from filing', '瓶体与缠绕', '按近邻 87%', '岭云集团']) {
      expect(zh).toContain(text);
    }
    expect(zh).toContain('hes:X9');
    expect(zh).not.toContain('当前权利人');
    lang.value = 'en';
    const en = shown(answer);
    for (const text of ['In force', 'expected to expire 2038-09-12', 'computed: 20 years', 'vessels and winding', 'by neighbours 87%']) {
      expect(en).toContain(text);
    }
  });

  it('shows nothing where nothing is known', () => {
    expect(shown({ document: {} })).toBe('');
  });
});
