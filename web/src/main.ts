// Starts the page: router, query cache, styles. The screens are under `views/`, what they share under `ui/`.
import { MutationCache, QueryCache, QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import App from './App.vue';
import { onFailure } from './lib/session';
import { router } from './router';
import './theme.css';

const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: onFailure }),
  mutationCache: new MutationCache({ onError: onFailure }),
  defaultOptions: {
    // The server is on this machine or next door: a failure is shown at once, with a button to try again.
    queries: { retry: false, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
});

createApp(App).use(router).use(VueQueryPlugin, { queryClient }).mount('#app');
