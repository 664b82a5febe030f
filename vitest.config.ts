import { defineConfig } from 'vitest/config';

/** Where CI wants the results as JSON, to count them. */
const reportTo = process.env['LOOM_TEST_REPORTS'];

export default defineConfig({
  // Vitest hands these to Node for every import and require. Neither 'import' nor 'default' may be here: they would
  // make require('long') give the ES module, and Temporal's 64-bit numbers would lose their methods.
  resolve: { conditions: ['source', 'node'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    include: ['{server,worker-sdk,workers,dev,api}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'server/test/time-skipping/**'],
    globalSetup: ['dev/stack/src/test-parts.ts'],
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // By default a second, which is short where other tests run beside.
    expect: { poll: { timeout: 10_000 } },
    reporters:
      reportTo === undefined ? ['default'] : ['default', ['json', { outputFile: `${reportTo}/unit.json` }]],
    coverage: {
      provider: 'v8',
      reporter: ['text-summary', 'html'],
      include: ['server/src/{domain,application,workflows}/**/*.ts'],
      exclude: [
        '**/*.test.ts',
        '**/ports/*.ts',
        // Run from a bundle, in threads of their own: measured by dev/check/workflow-coverage.ts.
        'server/src/workflows/{index,interpreter,listen,messages,reconcile,run-candidate}.ts',
      ],
      thresholds: { branches: 95 },
    },
  },
});
