// The types of the HTTP contract under short names. `schema.d.ts` is generated from `openapi.json` (`npm run gen`).
//
// Written by hand is only what the description leaves open as a plain object: the document, the facts of an error,
// the result of an import. Not a client: that is `client.ts`.
// Offsets are UTF-16 units, the unit of JavaScript strings. Dates are `YYYY-MM-DD`.
import type { components } from './schema';

type Schemas = components['schemas'];

export type SnapshotResponse = Schemas['SnapshotResponse'];
export type Collapse = Schemas['Collapse'];
export type Sort = Schemas['Sort'];
/** The facets that this page asks for; the server knows more. */
export type FacetName = 'country' | 'year' | 'applicant' | 'ipc_subclass';
export type Filters = Schemas['Filters'];
export type SearchRequest = Schemas['SearchRequest'];
export type SearchResponse = Schemas['SearchResponse'];
export type Reading = Schemas['Reading'];
export type ParsedQuery = Schemas['ParsedQuery'];
export type Highlight = Schemas['Highlight'];
export type Snippet = Schemas['Snippet'];
export type Titles = Schemas['Titles'];
export type Hit = Schemas['Hit'];
export type FacetValue = Schemas['FacetCount'];
export type SimilarRequest = Schemas['SimilarRequest'];
export type SimilarResponse = Schemas['SimilarResponse'];
export type ClaimsInfo = Schemas['ClaimsInfo'];
export type DocumentRef = Schemas['DocumentRef'];
export type ImportRequest = Schemas['ImportRequest'];
export type JobState = Schemas['JobState'];
export type ErrorCode = Schemas['ErrorCode'];
export type LoginRequest = Schemas['LoginRequest'];
export type LoginResponse = Schemas['LoginResponse'];

/** A text in one language. */
export interface LocalText {
  lang: string;
  text: string;
  translated?: boolean;
}

export interface Claim {
  number: number;
  text: string;
  refers_to?: number[];
}

export interface ClaimSet {
  lang: string;
  translated?: boolean;
  claims: Claim[];
}

export type SectionKind =
  | 'technical_field'
  | 'background'
  | 'summary'
  | 'drawings'
  | 'embodiments'
  | 'other';

export interface Description {
  lang: string;
  translated?: boolean;
  sections: { kind: SectionKind; heading?: string; paragraphs: string[] }[];
}

export type Role = 'applicant' | 'owner' | 'inventor' | 'agent' | 'agency' | 'examiner' | 'author';

export interface Party {
  role: Role;
  name: string;
  lang?: string;
  sequence: number;
  kind?: 'person' | 'organisation';
  address?: { text?: string; country?: string; province?: string; city?: string; postcode?: string };
}

export interface Classification {
  scheme: string;
  symbol: string;
  version?: string;
  position?: 'first' | 'later';
  additional?: boolean;
}

export interface Citation {
  cited: { patent: { number: string; date?: string } } | { literature: { text: string } };
  by?: 'applicant' | 'examiner' | 'other';
  category?: string;
}

export interface LegalEvent {
  office: string;
  code: string;
  country?: string;
  effective?: string;
  known?: string;
  text?: string;
  attributes?: Record<string, string>;
}

export type LinkKind =
  | 'divisional_of'
  | 'continuation_of'
  | 'continuation_in_part_of'
  | 'reissue_of'
  | 'provisional_of'
  | 'same_day'
  | 'national_part_of'
  | 'national_phase_of'
  | 'same_application'
  | 'related';

/** One document, as `patent::Publication` writes it. A missing field is unknown, never "none". */
export interface Publication {
  document_kind?: 'patent' | 'paper' | 'standard' | 'report';
  number?: string;
  application?: string;
  source_id?: string;
  patent_type?: 'invention' | 'utility_model' | 'design' | 'plant';
  filing_date?: string;
  publication_date?: string;
  grant_date?: string;
  titles?: LocalText[];
  abstracts?: LocalText[];
  claims?: ClaimSet[];
  descriptions?: Description[];
  keywords?: LocalText[];
  parties?: Party[];
  priorities?: { number: string; date?: string }[];
  classes?: Classification[];
  citations?: Citation[];
  family?: { simple?: string; extended?: string; members?: string[]; extended_members?: string[] };
  events?: LegalEvent[];
  links?: { kind: LinkKind; target: string; date?: string }[];
  attachments?: { kind: string; file: string; label?: string }[];
  other?: Record<string, string>;
  provenance?: { format: string; file: string; record: number; fields?: string[] }[];
}

export type DocumentResponse = Omit<Schemas['DocumentResponse'], 'document'> & { document: Publication };

/** What an import came to. */
export interface ImportResult {
  snapshot?: string | null;
  records?: number;
  publications?: number;
  by_format?: Record<string, number>;
  diagnostics?: Record<string, number>;
}

export type Job = Omit<Schemas['Job'], 'result' | 'error'> & { result?: ImportResult | null; error?: ErrorBody | null };

/** A place of the query that cannot be read, in UTF-16 units of the text as sent; `message` is English. */
export interface QueryFault {
  start: number;
  end: number;
  message: string;
  suggestion?: string | null;
}

export type ErrorBody = Omit<Schemas['ErrorBody'], 'details'> & {
  /** Facts about the fault. For a query: the places that are wrong, `start` and `end` being those of the first. */
  details?: { start?: number; end?: number; errors?: QueryFault[]; request_id?: string; [fact: string]: unknown } | null;
};
