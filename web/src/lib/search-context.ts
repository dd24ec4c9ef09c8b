// The search that a document was opened from, read from the link: its written forms mark the text, its
// parameters lead back. Shared by the result list and the document view; served from the cache where it is there.
import { computed, type ComputedRef } from 'vue';
import { useRoute } from 'vue-router';
import { PAGE_SIZE, useSearch } from '../api/queries';
import type { SearchResponse } from '../api/types';
import { writtenForms, type Term } from './highlight';
import { readSearchState, toRequest } from './url';

/** Returns the written forms of the concepts of a result list. */
export const termsOf = (pages: readonly SearchResponse[] | undefined): Term[] =>
  writtenForms(
    pages?.[0]?.query.concepts ?? [],
    (pages ?? []).flatMap((page) => page.hits.flatMap((hit) => hit.snippets ?? [])),
  );

export function useSearchContext(): {
  state: ComputedRef<ReturnType<typeof readSearchState>>;
  result: ReturnType<typeof useSearch>;
} {
  const route = useRoute();
  const state = computed(() => readSearchState(route.query));
  const result = useSearch(() => toRequest(state.value, PAGE_SIZE));
  return { state, result };
}
