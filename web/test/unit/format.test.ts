// Numbers, durations and languages in words.
import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatMoment, formatRate, htmlLang, languageName } from '../../src/lib/format';

describe('durations', () => {
  it.each([
    [0, '0 s', '0 秒'],
    [0.4, '0 s', '0 秒'],
    [45, '45 s', '45 秒'],
    [60, '1 min', '1 分'],
    [200, '3 min 20 s', '3 分 20 秒'],
    [3599.6, '1 h', '1 小时'],
    [7505, '2 h 5 min', '2 小时 5 分'],
    [3605, '1 h', '1 小时'],
    [-3, '0 s', '0 秒'],
  ])('%s s', (seconds, english, chinese) => {
    expect([formatDuration(seconds, 'en'), formatDuration(seconds, 'zh')]).toEqual([english, chinese]);
  });
});

it('counts have separators in both languages', () => {
  expect([formatCount(1234567, 'zh'), formatCount(1234567, 'en')]).toEqual(['1,234,567', '1,234,567']);
});

it('rates below ten keep one decimal', () => {
  expect([formatRate(3.14, 'en'), formatRate(412.7, 'en')]).toEqual(['3.1', '413']);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [3_210, '3.2 kB'],
  [12_500_000, '13 MB'],
  [4_000_000_000, '4 GB'],
  [5e15, '5,000 TB'],
])('%s bytes', (bytes, expected) => {
  expect([formatBytes(bytes, 'en'), formatBytes(bytes, 'zh')]).toEqual([expected, expected]);
});

it('a moment that is none is left as it is', () => {
  expect(formatMoment('soon', 'en')).toBe('soon');
});

it('language codes become attributes and names', () => {
  expect([htmlLang('zh'), htmlLang('ja'), htmlLang('other'), htmlLang(undefined)]).toEqual(['zh-CN', 'ja', undefined, undefined]);
  expect([languageName('zh', 'en'), languageName('??', 'en')]).toEqual(['Chinese', '??']);
});
