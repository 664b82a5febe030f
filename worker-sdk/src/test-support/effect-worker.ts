import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { defineMigration } from '../define-migration.ts';
import { defineStep } from '../define-step.ts';
import { succeeded } from '../outcomes.ts';
import { runWorker } from '../run-worker.ts';

/**
 * A worker for tests that kill it. Its step writes `started`, has an effect once (it looks before it acts), and goes
 * on to its end only where a file says so.
 */
const act = defineStep({
  type: 'act',
  config: z.object({ diary: z.string(), effect: z.string(), mayEnd: z.string() }),
  run: async ({ config, signal, idempotencyKey }) => {
    appendFileSync(config.diary, `started ${idempotencyKey}\n`);
    if (!existsSync(config.effect)) appendFileSync(config.effect, 'acted\n');
    while (!existsSync(config.mayEnd)) await delay(10, undefined, { signal });
    return succeeded({ message: 'Acted.' });
  },
});

await runWorker({
  workerApp: 'effect',
  migrations: [
    defineMigration({
      id: 'hello',
      name: 'Hello',
      steps: [{ name: 'act', use: act, config: { diary: '/', effect: '/', mayEnd: '/' } }],
    }),
  ],
});
