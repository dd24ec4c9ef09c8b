import { expect, it } from 'vitest';
import { shownNumber } from '../src/lib/number';

it('joins the parts of a stored number and leaves the rest alone', () => {
  expect(shownNumber('CN-110083831-A')).toBe('CN110083831A');
  expect(shownNumber('EP-1000000-A1')).toBe('EP1000000A1');
  expect(shownNumber('US-20050004437')).toBe('US20050004437');
  expect(shownNumber('CN201910302430.1')).toBe('CN201910302430.1');
  expect(shownNumber('src:0f2a-b')).toBe('src:0f2a-b');
});
