// How the page is built and tested. The server embeds `dist/`; see `src/service` of the Rust package.
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const api = process.env.PATNAV_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [vue()],
  // Everything is written with the composition API.
  define: { __VUE_OPTIONS_API__: 'false' },
  build: {
    target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
    // An inlined asset would be a `data:` URL, which the content security policy allows for pictures only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': api } },
  test: { environment: 'happy-dom', include: ['test/unit/**/*.test.ts'] },
});
