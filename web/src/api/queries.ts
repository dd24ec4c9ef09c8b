// Server state for components: keys, caching, paging, polling. The calls themselves are in `client.ts`.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, watch, type MaybeRefOrGetter } from 'vue';
import { api, type ApiError } from './client';
import type { Job, SearchRequest, SearchResponse } from './types';

/** Hits a page of the result list asks for. */
export const PAGE_SIZE = 20;
/** Neighbours that the panel of similar documents asks for. */
export const SIMILAR_LIMIT = 8;
/** How often a running job is asked for its progress. */
const JOB_POLL_MS = 1_000;
/** How often a quiet job list is asked: another person may have started one. */
const JOB_IDLE_POLL_MS = 15_000;

const ACTIVE = new Set<Job['state']>(['queued', 'running']);

/** Whether a job can still change. */
export const isActive = (job: Job): boolean => ACTIVE.has(job.state);

export function useSnapshot() {
  return useQuery({
    queryKey: ['snapshot'],
    queryFn: ({ signal }) => api.snapshot(signal),
    staleTime: 30_000,
  });
}

/** The result list of a request, page by page. Idle while the query text is empty. */
export function useSearch(request: MaybeRefOrGetter<SearchRequest>) {
  return useInfiniteQuery<SearchResponse, ApiError, { pages: SearchResponse[] }, unknown[], string | undefined>({
    queryKey: ['search', computed(() => toValue(request))],
    queryFn: ({ signal, pageParam }) => {
      const body = toValue(request);
      // Facets belong to the whole set; the first page brings them once.
      return api.search(pageParam ? { ...body, facets: undefined, cursor: pageParam } : body, signal);
    },
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    enabled: () => toValue(request).query.trim() !== '',
    staleTime: 60_000,
  });
}

export function useDocument(key: MaybeRefOrGetter<string | undefined>) {
  return useQuery({
    queryKey: ['document', computed(() => toValue(key))],
    queryFn: ({ signal }) => api.document(toValue(key) ?? '', signal),
    enabled: () => Boolean(toValue(key)),
    staleTime: 300_000,
  });
}

export function useSimilar(number: MaybeRefOrGetter<string | undefined>) {
  return useQuery({
    queryKey: ['similar', computed(() => toValue(number))],
    queryFn: ({ signal }) => api.similar({ number: toValue(number), limit: SIMILAR_LIMIT }, signal),
    enabled: () => Boolean(toValue(number)),
    staleTime: 300_000,
  });
}

/** All jobs, asked again every second while one runs. A finished import makes all answers stale. */
export function useJobs() {
  const client = useQueryClient();
  const jobs = useQuery({
    queryKey: ['jobs'],
    queryFn: ({ signal }) => api.jobs(signal),
    refetchInterval: (query) => (query.state.data?.some(isActive) ? JOB_POLL_MS : JOB_IDLE_POLL_MS),
  });
  const nDone = computed(() => jobs.data.value?.filter((job) => job.state === 'done').length);
  watch(nDone, (now, before) => {
    if (before === undefined || now === before) return;
    for (const key of ['snapshot', 'search', 'document', 'similar']) {
      void client.invalidateQueries({ queryKey: [key] });
    }
  });
  return jobs;
}

export function useStartImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.startImport,
    onSuccess: () => client.invalidateQueries({ queryKey: ['jobs'] }),
  });
}

export function useCancelJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.cancelJob,
    onSettled: () => client.invalidateQueries({ queryKey: ['jobs'] }),
  });
}
