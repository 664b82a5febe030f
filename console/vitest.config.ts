import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Where CI wants the results as JSON, to count them. */
const reportTo = process.env['LOOM_TEST_REPORTS'];

/** Logic is tested without a page; a test that needs one says so in its first line. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  test: {
    name: 'console',
    environment: 'node',
    environmentOptions: { jsdom: { url: 'http://127.0.0.1:4173/' } },
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    maxWorkers: 2,
    testTimeout: 30_000,
    reporters:
      reportTo === undefined
        ? ['default']
        : ['default', ['json', { outputFile: `${reportTo}/console.json` }]],
  },
});
