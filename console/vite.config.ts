import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { precompress } from './precompress.ts';

const compressed: Plugin = {
  name: 'loom-precompress',
  apply: 'build',
  writeBundle: ({ dir }) => precompress(`${dir}/assets`),
};

export default defineConfig({
  plugins: [react(), compressed],
  build: { outDir: 'dist', emptyOutDir: true },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': 'http://127.0.0.1:8080' },
  },
});
