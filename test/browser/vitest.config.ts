import { defineConfig } from 'vitest/config';

const reportTo = process.env['LOOM_TEST_REPORTS'];

/** The built console in Chromium, against the real stack; one stack and one browser for all files. */
export default defineConfig({
  resolve: { conditions: ['source', 'node'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/stack.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // As long as a locator waits; the page may have to read again first.
    expect: { poll: { timeout: 30_000 } },
    reporters:
      reportTo === undefined
        ? ['default']
        : ['default', ['json', { outputFile: `${reportTo}/browser.json` }]],
  },
});
