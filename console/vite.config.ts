import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const GATEWAY = process.env['GATEWAY'] ?? 'http://127.0.0.1:8787';

/** Vite asks for this by its default export. */
export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/admin': GATEWAY, '/v1': GATEWAY } },
});
