// Addresses of the screens. Each screen but the start page is a chunk of its own.
import { createRouter, createWebHistory } from 'vue-router';
import StartView from './views/start/StartView.vue';

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'start', component: StartView },
    { path: '/search', name: 'search', component: () => import('./views/search/SearchView.vue') },
    { path: '/doc/:key', name: 'document', component: () => import('./views/document/DocumentView.vue') },
    { path: '/imports', name: 'imports', component: () => import('./views/imports/ImportsView.vue') },
    { path: '/admin', redirect: { name: 'imports' } },
    { path: '/:rest(.*)*', name: 'missing', component: () => import('./views/MissingView.vue') },
  ],
});
