import { defineConfig } from 'vitest/config';

/** Where CI wants the results as JSON, to count them. */
const reportTo = process.env['LOOM_TEST_REPORTS'];

/** Whole stacks in processes of their own, one after the other: what they measure is Loom, not their neighbours. */
export default defineConfig({
  resolve: { conditions: ['source', 'node'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/{e2e,faults,support}/**/*.test.ts'],
    globalSetup: ['dev/stack/src/test-parts.ts', 'test/support/fresh-build.ts'],
    fileParallelism: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters:
      reportTo === undefined ? ['default'] : ['default', ['json', { outputFile: `${reportTo}/system.json` }]],
  },
});
