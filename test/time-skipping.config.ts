import { defineConfig } from 'vitest/config';

/** Days of waiting within seconds, on Temporal's test server for Java: `make test-full`. */
export default defineConfig({
  resolve: { conditions: ['source', 'node'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['server/test/time-skipping/**/*.test.ts'],
    globalSetup: ['server/test/time-skipping/provide-server.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
