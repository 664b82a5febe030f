import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { candidateAt, listAll, startForSure, untilAllCompleted } from '../support/api.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { createRandom } from '../support/random.ts';
import { effectsDir, startCountingWorker, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const candidates = inForm(8, 100);
const kills = inForm(5, 20);
const MIGRATION = 'counting';
const UNDONE = ['four', 'three', 'two', 'one'];

test(
  `promise 11: ${kills} kills while ${candidates} runs are rolled back: every undo once, in order`,
  async () => {
    const stack = await startStack({ name: 'kill-undo', isApart: true, isDurable: true });
    const worker = await startCountingWorker(stack, { candidates });
    const { client, api, engine, redis, temporal } = stack;
    await until('discovery', async () => (await listAll(client, MIGRATION)).length === candidates);
    const ids = Array.from({ length: candidates }, (_, index) => `candidate-${index}`);
    await Promise.all(ids.map((id) => startForSure(client, MIGRATION, id)));
    await untilAllCompleted(client, MIGRATION, 90_000);

    const random = createRandom(20_261_122);
    const parts = [engine, worker, redis, temporal, api];
    const victims = Array.from({ length: Math.ceil(kills / parts.length) }, () =>
      random.shuffle(parts),
    ).flat();
    const killing = (async () => {
      for (const victim of victims.slice(0, kills)) {
        await delay(200 + random() * 1_000);
        await victim.kill('SIGKILL');
        await victim.restart();
      }
    })();
    // An answer that is lost is asked for again: by then the roll back is open, or over with nothing left to undo.
    const rollingBack = ids.map((id) =>
      until(
        `the roll back of ${id}`,
        async () => {
          const { response, error } = await client.POST(
            '/migrations/{migrationId}/candidates/{candidateId}/compensate',
            candidateAt(MIGRATION, id),
          );
          return response.status === 202 || /(run-open|nothing-to-undo)$/.test(error?.type ?? '');
        },
        { timeoutMs: 60_000, everyMs: 300 },
      ),
    );
    await Promise.all([killing, ...rollingBack]);
    const lastKill = Date.now();
    await until(
      'every roll back to end',
      async () => {
        const open = (await listAll(client, MIGRATION)).filter(
          ({ status, runState }) => status !== 'not_started' || runState !== undefined,
        );
        if (open.length === 0) return true;
        const { id, runState, step, reason } = open[0] ?? {};
        throw new Error(`${open.length} are open, such as ${JSON.stringify({ id, runState, step, reason })}`);
      },
      { timeoutMs: 90_000, everyMs: 500 },
    );
    process.stderr.write(`all undone ${Date.now() - lastKill} ms after the last kill\n`);

    const undos = await undosByRun(effectsDir(stack));
    expect(undos.size).toBe(candidates);
    for (const steps of undos.values()) expect(steps).toEqual(UNDONE);
  },
  LIMIT_MS,
);

/** The steps that each run has undone, in the order in which their effects were made. */
async function undosByRun(dir: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const made = await Promise.all(
    (await readdir(dir)).map(async (name) => {
      const [runId = '', step = '', phase] = decodeURIComponent(name).split(':');
      return { runId, step, phase, at: (await stat(join(dir, name), { bigint: true })).mtimeNs };
    }),
  );
  const undos = made
    .filter(({ phase }) => phase === 'compensate')
    .toSorted((one, other) => (one.at < other.at ? -1 : 1));
  const byRun = new Map<string, string[]>();
  for (const { runId, step } of undos) byRun.set(runId, [...(byRun.get(runId) ?? []), step]);
  return byRun;
}
