import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningProcess } from '@loom/stack';
import { expect, test } from 'vitest';
import {
  type CandidateSummary,
  candidateAt,
  listAll,
  startForSure,
  untilAllCompleted,
} from '../support/api.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { killInTurns } from '../support/kill-in-turns.ts';
import { createRandom } from '../support/random.ts';
import { effectsDir, type Stack, startCountingWorker, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const candidates = inForm(8, 100);
const kills = inForm(5, 20);
const MIGRATION = 'counting';
const STEPS = ['one', 'two', 'three', 'four'];
const UNDONE = STEPS.toReversed();
const IDS = Array.from({ length: candidates }, (_, index) => `candidate-${index}`);

test(
  `promise 11: ${kills} kills while ${candidates} runs are rolled back: every undo once, in order`,
  async () => {
    const { stack, worker } = await begin('kill-undo');
    const { client } = stack;
    await untilAllCompleted(client, MIGRATION, 90_000);

    // An answer that is lost is asked for again: by then the roll back is open, or over with nothing left to undo.
    const rollingBack = IDS.map((id) =>
      untilTaken(`the roll back of ${id}`, /(run-open|nothing-to-undo)$/, () =>
        client.POST(
          '/migrations/{migrationId}/candidates/{candidateId}/compensate',
          candidateAt(MIGRATION, id),
        ),
      ),
    );
    await Promise.all([killAll(stack, worker, 20_261_122), ...rollingBack]);
    await untilAllFree(stack);

    const { undos } = await effectsByRun(effectsDir(stack));
    expect(undos.size).toBe(candidates);
    for (const steps of undos.values()) expect(steps).toEqual(UNDONE);
  },
  LIMIT_MS,
);

test(
  `promise 11: ${kills} kills while ${candidates} runs are cancelled with compensation: every undo once, in order, and nothing is left open`,
  async () => {
    // The last step waits for what never comes, so that each run is still open when it is cancelled.
    const { stack, worker } = await begin('kill-cancel', { STEP_MS: '250', ENDLESS_STEP: 'four' });
    const { client, temporalClient } = stack;
    const runIds = new Map((await listAll(client, MIGRATION)).map(({ id, runId }) => [id, runId]));
    const cancelling = IDS.map(async (id, index) => {
      const done = index % STEPS.length;
      await until(
        `${done} steps of ${id} to be done`,
        async () => (await countEffects(effectsDir(stack), runIds.get(id))) >= done,
        { timeoutMs: 120_000, everyMs: 250 },
      );
      // An answer that is lost is asked for again: by then the run may be over.
      await untilTaken(`the cancel of ${id}`, /not-running$/, () =>
        client.POST('/migrations/{migrationId}/candidates/{candidateId}/cancel', {
          ...candidateAt(MIGRATION, id),
          body: { compensate: true, reason: 'The chart is wrong.' },
        }),
      );
    });
    await Promise.all([killAll(stack, worker, 20_261_123), ...cancelling]);
    await untilAllFree(stack);

    const { made, undos } = await effectsByRun(effectsDir(stack));
    const reached = IDS.map(async (id, index) => {
      const { data } = await client.GET(
        '/migrations/{migrationId}/candidates/{candidateId}/runs',
        candidateAt(MIGRATION, id),
      );
      expect(data?.total).toBe(1);
      const { runId = '', outcome, reason } = data?.items[0] ?? {};
      const undone = undos.get(runId) ?? [];
      // Of a run that had done nothing yet there is nothing to undo.
      expect([outcome, reason]).toEqual([
        undone.length === 0 ? 'cancelled' : 'rolled_back',
        'The chart is wrong.',
      ]);
      expect(undone).toEqual(UNDONE.slice(UNDONE.length - undone.length));
      expect(undone).toEqual(expect.arrayContaining([...(made.get(runId) ?? [])]));
      expect(undone.length).toBeGreaterThanOrEqual(index % STEPS.length);
      return undone.length;
    });
    process.stderr.write(`steps undone of each run: ${(await Promise.all(reached)).join(' ')}\n`);
    await until('no workflow of a run to be open', async () => {
      const query = "WorkflowType = 'runCandidate' AND ExecutionStatus = 'Running'";
      return (await temporalClient.workflow.count(query)).count === 0;
    });
  },
  LIMIT_MS,
);

/** A stack of parts that can be killed, with a run of each candidate. */
async function begin(name: string, env = {}): Promise<{ stack: Stack; worker: RunningProcess }> {
  const stack = await startStack({ name, isApart: true, isDurable: true });
  const worker = await startCountingWorker(stack, { candidates, env });
  const { client } = stack;
  await until('discovery', async () => (await listAll(client, MIGRATION)).length === candidates);
  await Promise.all(IDS.map((id) => startForSure(client, MIGRATION, id)));
  return { stack, worker };
}

function killAll(
  { api, engine, redis, temporal }: Stack,
  worker: RunningProcess,
  seed: number,
): Promise<void> {
  const parts = { engine, worker, redis, temporal, api };
  const betweenMs = { least: 200, most: 1_200 };
  return killInTurns(() => parts, { kills, random: createRandom(seed), betweenMs });
}

/** Asks until it is taken, or was as the type of the problem says. */
async function untilTaken(
  what: string,
  taken: RegExp,
  ask: () => Promise<{ readonly response: Response; readonly error?: { readonly type?: string } }>,
): Promise<void> {
  const isTaken = async () => {
    const { response, error } = await ask();
    return response.status === 202 || taken.test(error?.type ?? '');
  };
  await until(what, isTaken, { timeoutMs: 60_000, everyMs: 300 });
}

/** No candidate is running, nor is any run open. */
async function untilAllFree({ client }: Stack): Promise<void> {
  const begunMs = Date.now();
  const isOpen = ({ status, runState }: CandidateSummary) =>
    status !== 'not_started' || runState !== undefined;
  const isFree = async () => {
    const open = (await listAll(client, MIGRATION)).filter(isOpen);
    if (open.length === 0) return true;
    const { id, runState, step, reason } = open[0] ?? {};
    throw new Error(`${open.length} are open, such as ${JSON.stringify({ id, runState, step, reason })}`);
  };
  await until('every run to end', isFree, { timeoutMs: 90_000, everyMs: 500 });
  process.stderr.write(`all undone ${Date.now() - begunMs} ms after the last kill\n`);
}

async function countEffects(dir: string, runId: string | undefined): Promise<number> {
  return (await readdir(dir)).filter((name) => name.startsWith(encodeURIComponent(`${runId}:`))).length;
}

/** The steps that each run has done and undone, in the order in which their effects were made. */
async function effectsByRun(
  dir: string,
): Promise<Record<'made' | 'undos', ReadonlyMap<string, readonly string[]>>> {
  const effects = await Promise.all(
    (await readdir(dir)).map(async (name) => {
      const [runId = '', step = '', phase] = decodeURIComponent(name).split(':');
      return { runId, step, phase, at: (await stat(join(dir, name), { bigint: true })).mtimeNs };
    }),
  );
  const inOrder = effects.toSorted((one, other) => (one.at < other.at ? -1 : 1));
  const byRun = (wanted: string) => {
    const steps = new Map<string, string[]>();
    for (const { runId, step, phase } of inOrder)
      if (phase === wanted) steps.set(runId, [...(steps.get(runId) ?? []), step]);
    return steps;
  };
  return { made: byRun('execute'), undos: byRun('compensate') };
}
