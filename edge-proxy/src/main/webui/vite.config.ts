import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// In development the pages come from Vite and the API from a running edge (or from `npm run mock`).
const edge = 'http://127.0.0.1:8080';
const toEdge = Object.fromEntries(
  ['/api', '/login', '/logout'].map((path) => [path, { target: edge, changeOrigin: false }]),
);

/** The built page may load and reach its own origin, and nothing else: an agent's text cannot make it do more. */
const policy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      injectTo: 'head-prepend',
      attrs: {
        'http-equiv': 'Content-Security-Policy',
        content: "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'",
      },
    },
  ],
};

export default defineConfig({
  plugins: [react(), policy],
  build: { outDir: 'dist', target: 'es2022', sourcemap: false },
  server: { host: '127.0.0.1', proxy: { ...toEdge, '/realtime': { target: edge, ws: true } } },
  test: { include: ['test/**/*.test.{ts,tsx}'], environment: 'node' },
});
