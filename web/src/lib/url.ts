// The state of a search as URL parameters and as a request: every result list can be sent as a link.
//
// Unknown or damaged parameters are dropped, never an error: links live longer than versions.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import type { Collapse, FacetName, Filters, SearchRequest, Sort } from '../api/types';

/** What a result list depends on. Years are `YYYY`; a full date also works in a link. */
export interface SearchState {
  q: string;
  country: string[];
  class: string[];
  applicant: string[];
  from: string;
  to: string;
  sort: Sort;
  collapse: Collapse;
  /** The key of the hit in the reader. */
  hit: string;
}

export const SORTS: readonly Sort[] = [
  'relevance', 'newest', 'oldest', 'filing_newest', 'filing_oldest', 'priority_newest', 'priority_oldest',
  'grant_newest', 'grant_oldest', 'expiry_soonest', 'expiry_latest', 'cited', 'family_size',
];
export const COLLAPSES: readonly Collapse[] = ['simple_family', 'extended_family', 'application', 'none'];
/** Parts of a search that a facet can narrow. */
export type FilterList = 'country' | 'class' | 'applicant';

const FACETS: FacetName[] = ['country', 'year', 'applicant', 'ipc_subclass'];
const DATE = /^\d{4}(-\d{2}-\d{2})?$/;

export const EMPTY_STATE: SearchState = {
  q: '',
  country: [],
  class: [],
  applicant: [],
  from: '',
  to: '',
  sort: 'relevance',
  collapse: 'simple_family',
  hit: '',
};

function all(value: LocationQuery[string] | undefined): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((item): item is string => typeof item === 'string' && item !== '');
}

const first = (value: LocationQuery[string] | undefined): string => all(value)[0] ?? '';

function oneOf<T extends string>(allowed: readonly T[], value: string, otherwise: T): T {
  return allowed.includes(value as T) ? (value as T) : otherwise;
}

const date = (value: string): string => (DATE.test(value) ? value : '');

export function readSearchState(query: LocationQuery): SearchState {
  return {
    q: first(query.q),
    country: all(query.country),
    class: all(query.class),
    applicant: all(query.applicant),
    from: date(first(query.from)),
    to: date(first(query.to)),
    sort: oneOf(SORTS, first(query.sort), EMPTY_STATE.sort),
    collapse: oneOf(COLLAPSES, first(query.collapse), EMPTY_STATE.collapse),
    hit: first(query.hit),
  };
}

/** Returns the parameters of a state; what equals the default is left out. */
export function writeSearchState(state: SearchState): LocationQueryRaw {
  const query: LocationQueryRaw = {};
  if (state.q) query.q = state.q;
  for (const list of ['country', 'class', 'applicant'] as const) if (state[list].length) query[list] = [...state[list]];
  if (state.from) query.from = state.from;
  if (state.to) query.to = state.to;
  if (state.sort !== EMPTY_STATE.sort) query.sort = state.sort;
  if (state.collapse !== EMPTY_STATE.collapse) query.collapse = state.collapse;
  if (state.hit) query.hit = state.hit;
  return query;
}

/** Whether anything but the query text narrows the result. */
export const isFiltered = (state: SearchState): boolean =>
  Boolean(state.from || state.to || state.country.length || state.class.length || state.applicant.length);

export function toRequest(state: SearchState, limit: number): SearchRequest {
  const filters: Filters = {};
  for (const list of ['country', 'class', 'applicant'] as const) if (state[list].length) filters[list] = state[list];
  if (state.from) filters.from = state.from.length === 4 ? `${state.from}-01-01` : state.from;
  if (state.to) filters.to = state.to.length === 4 ? `${state.to}-12-31` : state.to;
  return {
    query: state.q,
    ...(Object.keys(filters).length ? { filters } : {}),
    collapse: state.collapse,
    sort: state.sort,
    limit,
    facets: FACETS,
  };
}
