import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that a proxy may put the hub below a path of its own.
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../../dist/apps/sandbox/web',
    emptyOutDir: true,
    // Everything in files of its own: the page forbids inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
