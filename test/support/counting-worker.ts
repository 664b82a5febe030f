/**
 * A worker whose effects can be counted: each is a file that is made once, named by its key. Another file, beside
 * them, names each begun step with the process that works on it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  defineMigration,
  defineStep,
  pending,
  runWorker,
  type StepContext,
  succeeded,
} from '@loom/worker-sdk';
import { z } from 'zod';

const effects = process.env['EFFECTS_DIR'] ?? '';
const begun = `${effects}-begun`;
const candidates = Number(process.env['CANDIDATES'] ?? '1');
const stepMs = Number(process.env['STEP_MS'] ?? '50');
/** A step that waits for what never comes. */
const endless = process.env['ENDLESS_STEP'];

async function makeOnce(context: StepContext<unknown, unknown>) {
  await writeFile(join(begun, `${encodeURIComponent(context.idempotencyKey)}@${process.pid}`), '');
  if (context.stepName === endless && context.phase === 'execute') return wait();
  await delay(stepMs);
  const path = join(effects, encodeURIComponent(context.idempotencyKey));
  const made = await writeFile(path, '', { flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  return succeeded({ message: made ? 'Made.' : 'Was there.', outputs: { at: context.stepName } });
}

function wait() {
  return Promise.resolve(pending('Waits for what never comes.', {}));
}

/** Its undo has effects of its own, which can be counted too. */
const work = defineStep({
  type: 'work',
  config: z.object({}),
  run: makeOnce,
  poll: wait,
  compensate: makeOnce,
});

for (const dir of [effects, begun]) await mkdir(dir, { recursive: true });
await runWorker({
  workerApp: 'counting',
  migrations: [
    defineMigration({
      id: 'counting',
      name: 'Counting',
      description: 'Makes one file a step.',
      owner: 'tests',
      inputs: z.object({}),
      labelKeys: [],
      steps: ['one', 'two', 'three', 'four'].map((name) => ({ name, use: work, config: {} })),
      discover: () =>
        Promise.resolve(
          Array.from({ length: candidates }, (_, index) => ({
            id: `candidate-${index}`,
            kind: 'file',
            labels: {},
          })),
        ),
    }),
  ],
});
