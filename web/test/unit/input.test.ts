// Typing: Enter under an input method, and the first guess at how a query will be read.
import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { isComposing, isSubmit } from '../../src/lib/ime';
import { guessReading } from '../../src/lib/reading';
import QueryBox from '../../src/ui/QueryBox.vue';

const enter = (more: Partial<KeyboardEventInit> = {}) => ({ key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13, ...more });

describe('Enter', () => {
  it.each([
    ['alone', enter(), true],
    ['while composing', enter({ isComposing: true }), false],
    ['after compositionend on WebKit', enter({ keyCode: 229 }), false],
    ['with Shift', enter({ shiftKey: true }), false],
    ['another key', { ...enter(), key: 'a' }, false],
  ])('%s', (_name, event, expected) => {
    expect(isSubmit(event)).toBe(expected);
  });

  it('is composing in either sign', () => {
    expect([isComposing(enter()), isComposing(enter({ isComposing: true })), isComposing(enter({ keyCode: 229 }))]).toEqual([false, true, true]);
  });
});

describe.each([true, false])('query box, large: %s', (large) => {
  const field = large ? 'textarea' : 'input';

  it('searches on Enter, trimmed', async () => {
    const box = mount(QueryBox, { props: { value: ' 采煤机 ', large } });
    await box.find(field).trigger('keydown', enter());
    expect(box.emitted('search')).toEqual([['采煤机']]);
  });

  it('does not search while an input method composes', async () => {
    const box = mount(QueryBox, { props: { value: 'caimeiji', large } });
    await box.find(field).trigger('keydown', enter({ isComposing: true, keyCode: 229 }));
    expect(box.emitted('search')).toBeUndefined();
  });

  it('does not search for nothing', async () => {
    const box = mount(QueryBox, { props: { value: '  ', large } });
    await box.find(field).trigger('keydown', enter());
    expect(box.emitted('search')).toBeUndefined();
  });
});

it.each([
  ['CN110083831A', 'number'],
  ['ZL201910302430.1', 'number'],
  ['US 2018/0123456 A1', 'number'],
  ['采煤机 AND 滚筒', 'boolean'],
  ['ipc=E21C35/24', 'boolean'],
  ['采煤机 (3W) 滚筒', 'boolean'],
  ['一种采煤机滚筒的振动监测方法', 'text'],
  ['hydrogen storage and release', 'text'],
  ['', 'text'],
])('reads `%s` as %s', (text, reading) => {
  // Lower-case "and" is an English word, not an operator.
  expect(guessReading(text)).toBe(reading);
});
