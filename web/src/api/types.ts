// The HTTP contract under `/api/v1`, written by hand in the shape that `openapi-typescript` generates.
//
// Not a client: that is `client.ts`. When `openapi.json` is committed, `npm run gen` writes `schema.d.ts`
// from it and the `paths` below give way to the generated ones.
// Offsets are UTF-16 units, the unit of JavaScript strings. Dates are `YYYY-MM-DD`.

/** What every answer says about the data behind it. */
export interface SnapshotRef {
  id: string;
  as_of: string;
  n_documents: number;
  offices: OfficeCount[];
  /** The last publication year that the data can be complete for. */
  last_complete_year?: number | null;
}

export interface OfficeCount {
  code: string;
  n: number;
}

export interface SnapshotResponse extends SnapshotRef {
  n_families: number;
  by_kind?: Record<string, number>;
  created?: string;
}

export type Collapse = 'simple_family' | 'extended_family' | 'application' | 'none';
export type Sort = 'relevance' | 'newest' | 'oldest';
export type FacetName = 'country' | 'year' | 'applicant' | 'ipc_subclass';

export interface Filters {
  country?: string[];
  from?: string;
  to?: string;
  class?: string[];
  applicant?: string[];
  document_kind?: string;
}

export interface SearchRequest {
  query: string;
  dialect?: string;
  filters?: Filters;
  collapse?: Collapse;
  sort?: Sort;
  limit?: number;
  cursor?: string;
  facets?: FacetName[];
}

export type Reading = 'text' | 'boolean' | 'number';

export interface ParsedQuery {
  /** The query as the engine understood it, in its canonical form. */
  canonical: string;
  dialect?: string;
  reading: Reading;
  /** Concepts in order; a highlight names one by its place here. */
  concepts: { text: string }[];
  /** How many documents each clause alone matches. */
  clauses?: { text: string; n: number }[];
}

export interface Highlight {
  start: number;
  end: number;
  concept: number;
}

export interface Snippet {
  zone: string;
  lang: string;
  text: string;
  highlights: Highlight[];
  /** Whether text was left out before the snippet. */
  before_cut?: boolean;
}

export interface Titles {
  zh?: string | null;
  en?: string | null;
  other?: string | null;
}

export type MatchedBy = 'words' | 'phrase' | 'vector';

export interface Hit {
  key: string;
  number: string;
  application?: string | null;
  family?: string | null;
  n_members?: number;
  title: Titles;
  applicants?: string[];
  publication_date?: string | null;
  priority_date?: string | null;
  classes?: string[];
  country?: string | null;
  score: number;
  matched_by?: MatchedBy[];
  snippets?: Snippet[];
}

export interface FacetValue {
  value: string;
  n: number;
}

export interface SearchResponse {
  snapshot: SnapshotRef;
  query: ParsedQuery;
  total: { families: number; publications: number; exact: boolean };
  by_meaning?: { value: number; limit: number } | null;
  hits: Hit[];
  facets?: Partial<Record<FacetName, FacetValue[]>> | null;
  next_cursor?: string | null;
  truncated?: { why: string } | null;
  took_ms?: number;
}

export interface SimilarRequest {
  number?: string;
  text?: string;
  limit?: number;
}

export interface SimilarResponse {
  snapshot: SnapshotRef;
  hits: Hit[];
}

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

export interface ClaimsInfo {
  lang: string;
  independent: number[];
  /** From the number of a dependent claim to those that it refers to. */
  depends: Record<string, number[]>;
}

export interface DocumentRef {
  key: string;
  number: string;
  title: Titles;
}

export interface DocumentResponse {
  snapshot: SnapshotRef;
  key: string;
  document: Publication;
  claims_info?: ClaimsInfo[];
  family?: { id: string; members: DocumentRef[] } | null;
  cited_by?: DocumentRef[];
  key_phrases?: Record<string, string[]>;
}

export interface ImportRequest {
  paths: string[];
  format?: string;
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
export type JobStage = 'reading' | 'indexing' | 'training' | 'vectors' | 'commit';

export interface JobProgress {
  done: number;
  total?: number | null;
  unit?: string;
  rate_per_s?: number | null;
  seconds_left?: number | null;
  stage?: JobStage | null;
}

export interface ImportResult {
  snapshot?: string | null;
  records?: number;
  publications?: number;
  by_format?: Record<string, number>;
  diagnostics?: Record<string, number>;
}

export interface Job {
  id: string;
  kind: string;
  state: JobState;
  progress?: JobProgress | null;
  result?: ImportResult | null;
  error?: ErrorBody | null;
  created: string;
  updated: string;
}

export type ErrorCode =
  | 'invalid_input'
  | 'not_found'
  | 'no_snapshot'
  | 'conflict'
  | 'incompatible'
  | 'corrupt'
  | 'unavailable'
  | 'internal'
  | 'too_large'
  | 'timeout'
  | 'unauthorized'
  | 'forbidden';

export interface ErrorBody {
  code: ErrorCode;
  message: string;
  /** Facts about the fault. For a query: the span that is wrong, in UTF-16 units of the text as sent. */
  details?: { start?: number; end?: number; request_id?: string; [fact: string]: unknown } | null;
}

interface Answer<T> {
  content: { 'application/json': T };
}

interface Responses<T, Status extends number = 200> {
  responses: { [S in Status]: Answer<T> } & { default: Answer<{ error: ErrorBody }> };
}

interface Body<T> {
  requestBody: { content: { 'application/json': T } };
}

interface PathParameter<Name extends string> {
  parameters: { path: Record<Name, string> };
}

/** Paths and methods as `openapi-fetch` reads them. */
export interface paths {
  '/snapshot': { get: Responses<SnapshotResponse> };
  '/search': { post: Body<SearchRequest> & Responses<SearchResponse> };
  '/similar': { post: Body<SimilarRequest> & Responses<SimilarResponse> };
  '/documents/{key}': { get: PathParameter<'key'> & Responses<DocumentResponse> };
  '/imports': { post: Body<ImportRequest> & Responses<{ job: string }, 202> };
  '/jobs': { get: Responses<{ jobs: Job[] } | Job[]> };
  '/jobs/{id}': { get: PathParameter<'id'> & Responses<Job> };
  '/jobs/{id}/cancel': { post: PathParameter<'id'> & Responses<Job> };
}
