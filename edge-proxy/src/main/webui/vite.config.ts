import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// In development the pages come from Vite and the API from a running edge (or from `npm run mock`).
const edge = 'http://127.0.0.1:8080';
const toEdge = Object.fromEntries(
  ['/api', '/login', '/logout'].map((path) => [path, { target: edge, changeOrigin: false }]),
);

export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist', target: 'es2022', sourcemap: false },
  server: { host: '127.0.0.1', proxy: { ...toEdge, '/realtime': { target: edge, ws: true } } },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});
