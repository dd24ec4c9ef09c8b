// Calls to the server: one function per operation, one error type for everything that can go wrong.
//
// No caching and no state: `queries.ts` has both. No text for people: the dictionary translates `code`.
import createClient from 'openapi-fetch';
import type { paths } from './schema';
import type {
  DocumentResponse,
  ErrorBody,
  ErrorCode,
  ImportRequest,
  Job,
  LoginRequest,
  LoginResponse,
  SearchRequest,
  SearchResponse,
  SimilarRequest,
  SimilarResponse,
  SnapshotResponse,
} from './types';

/** What the page itself can find out: no server there, or an answer that is none of ours. */
export type FailureCode = ErrorCode | 'unreachable';

/** A failed call. `message` is for the console and for support, never shown as it is. */
export class ApiError extends Error {
  constructor(
    readonly code: FailureCode,
    message: string,
    readonly status: number,
    readonly details: NonNullable<ErrorBody['details']> = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

const client = createClient<paths>({ baseUrl: '/api/v1' });

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Returns the data of an answer, or throws an `ApiError`; an abort passes through untouched. */
async function unwrap<T>(call: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError('unreachable', String(cause), 0);
  }
  if (outcome.data !== undefined) return outcome.data;
  // An answer without a body, such as that to a logout.
  if (outcome.response.ok) return undefined as T;
  const body = (outcome.error as { error?: ErrorBody } | undefined)?.error;
  const { status } = outcome.response;
  // A proxy in between may answer in its own words; only our own bodies carry a code.
  if (body?.code) throw new ApiError(body.code, body.message, status, body.details ?? {});
  throw new ApiError(status >= 500 || status === 0 ? 'unreachable' : 'internal', `status ${status}`, status);
}

/** Gives an answer the type in which the plain objects of the description are spelled out; see `types.ts`. */
const refine = <T>(answer: unknown): T => answer as T;

export const api = {
  snapshot: (signal?: AbortSignal): Promise<SnapshotResponse> => unwrap(client.GET('/snapshot', { signal })),

  search: (body: SearchRequest, signal?: AbortSignal): Promise<SearchResponse> =>
    unwrap(client.POST('/search', { body, signal })),

  similar: (body: SimilarRequest, signal?: AbortSignal): Promise<SimilarResponse> =>
    unwrap(client.POST('/similar', { body, signal })),

  document: async (key: string, signal?: AbortSignal): Promise<DocumentResponse> => {
    const answer = await unwrap(client.GET('/documents/{key}', { params: { path: { key } }, signal }));
    return refine<DocumentResponse>(answer);
  },

  startImport: (body: ImportRequest): Promise<{ job: string }> => unwrap(client.POST('/imports', { body })),

  /** Jobs, newest first. */
  jobs: async (signal?: AbortSignal): Promise<Job[]> => {
    const answer = await unwrap(client.GET('/jobs', { signal }));
    return refine<Job[]>(answer.jobs);
  },

  cancelJob: async (id: string): Promise<Job> => {
    const answer = await unwrap(client.POST('/jobs/{id}/cancel', { params: { path: { id } } }));
    return refine<Job>(answer);
  },

  login: (body: LoginRequest): Promise<LoginResponse> => unwrap(client.POST('/login', { body })),

  logout: async (): Promise<void> => {
    await unwrap(client.POST('/logout'));
  },
};
