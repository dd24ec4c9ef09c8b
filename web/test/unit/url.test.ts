// The state of a search in the link, and the request it becomes.
import { describe, expect, it } from 'vitest';
import { EMPTY_STATE, isFiltered, readSearchState, toRequest, writeSearchState, type SearchState } from '../../src/lib/url';

const full: SearchState = {
  q: '采煤机 AND "vibration sensor"',
  country: ['CN', 'US'],
  class: ['E21C'],
  applicant: ['青岚矿业, 有限公司'],
  from: '2015',
  to: '2020-06-30',
  sort: 'newest',
  collapse: 'none',
  hit: 'app:CN201910302430.1',
};

describe('search state', () => {
  it.each([
    ['empty', EMPTY_STATE],
    ['full', full],
    ['one filter', { ...EMPTY_STATE, q: 'a', country: ['CN'] }],
  ])('survives the link: %s', (_name, state) => {
    expect(readSearchState(writeSearchState(state) as Record<string, string | string[]>)).toEqual(state);
  });

  it('leaves defaults out of the link', () => {
    expect(writeSearchState({ ...EMPTY_STATE, q: 'a' })).toEqual({ q: 'a' });
  });

  it('drops what it does not know', () => {
    expect(readSearchState({ q: ['a', 'b'], sort: 'best', collapse: null, from: '20x5', to: '2020-1', country: [null, ''] })).toEqual({ ...EMPTY_STATE, q: 'a' });
  });

  it('knows whether anything narrows it', () => {
    expect([isFiltered({ ...EMPTY_STATE, q: 'a', sort: 'newest' }), isFiltered({ ...EMPTY_STATE, to: '2020' })]).toEqual([false, true]);
  });
});

describe('request', () => {
  it('widens years to whole years and keeps full dates', () => {
    expect(toRequest(full, 20).filters).toEqual({ country: ['CN', 'US'], class: ['E21C'], applicant: ['青岚矿业, 有限公司'], from: '2015-01-01', to: '2020-06-30' });
    expect(toRequest({ ...EMPTY_STATE, to: '2020' }, 20).filters).toEqual({ to: '2020-12-31' });
  });

  it('has no filters where there are none', () => {
    expect(toRequest({ ...EMPTY_STATE, q: 'a' }, 5)).toEqual({
      query: 'a',
      collapse: 'simple_family',
      sort: 'relevance',
      limit: 5,
      facets: ['country', 'year', 'applicant', 'ipc_subclass'],
    });
  });

  it('does not depend on the hit in the reader', () => {
    expect(toRequest({ ...full, hit: '' }, 20)).toEqual(toRequest(full, 20));
  });
});
