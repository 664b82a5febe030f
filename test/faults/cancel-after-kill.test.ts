import { expect, test } from 'vitest';
import { getSteps, listAll, startForSure } from '../support/api.ts';
import { candidates as named, startContractWorker } from '../support/contract-worker.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const RUNS = inForm(4, 40);
const ID = 'forgetful';
const HANGS = 'hangs';

test(
  `promise 11: a cancel that comes while the engine is dead undoes, of ${RUNS} runs, what was done in the workflow task that died with it`,
  async () => {
    // All hang at once, which would be a dead worker: its breaker would open before the last one is dialled.
    const env = { LOOM_BREAKER_FAULTS: '100' };
    const stack = await startStack({ name: 'forgetful', isApart: true, env });
    const { client, engine } = stack;
    const isHung = new Set<string>();
    const worker = stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: ID,
        steps: [
          { name: 'calls-back', compensable: true },
          { name: 'not-here', when: 'candidate.id == "nobody"' },
          { name: 'at-once', compensable: true },
          { name: 'calls-back-too', compensable: true },
          HANGS,
        ],
        candidates: named(RUNS),
        onDispatch: (dispatch, told) => {
          const { stepName, phase, runId } = dispatch;
          const done = { status: 'succeeded' } as const;
          if (stepName === HANGS) {
            isHung.add(runId);
            return new Promise(() => {});
          }
          if (stepName === 'at-once' && phase === 'execute')
            return { status: 200, body: { eventId: `${runId}-at-once`, operations: [], ...done } };
          setImmediate(() => void told.report(dispatch, done));
          return { status: 202 };
        },
      }),
    );
    for (const { id } of named(RUNS)) await startForSure(client, ID, id);
    await until('every run to hang', async () => isHung.size === RUNS, { everyMs: 20 });
    await engine.kill('SIGKILL');

    for (const { id: candidateId } of named(RUNS)) {
      const path = { params: { path: { migrationId: ID, candidateId } }, body: { compensate: true } };
      expect(
        (await client.POST('/migrations/{migrationId}/candidates/{candidateId}/cancel', path)).response
          .status,
      ).toBe(202);
    }
    await engine.restart();
    await until('every run to be rolled back', async () =>
      (await listAll(client, ID)).every(({ status }) => status === 'not_started'),
    );

    for (const { id } of named(RUNS)) {
      const { steps } = await getSteps(client, ID, id);
      const undone = worker.deliveries.filter(
        ({ candidate, phase }) => candidate.id === id && phase === 'compensate',
      );
      expect(undone.map(({ stepName }) => stepName)).toEqual(['calls-back-too', 'at-once', 'calls-back']);
      expect(
        steps.map(({ attempts }) =>
          attempts.map(({ phase, attempt, outcome }) => `${phase} ${attempt} ${outcome}`),
        ),
      ).toEqual([
        ['execute 1 succeeded', 'compensate 1 succeeded'],
        ['execute 1 skipped'],
        ['execute 1 succeeded', 'compensate 1 succeeded'],
        ['execute 1 succeeded', 'compensate 1 succeeded'],
        ['execute 1 cancelled'],
      ]);
    }
    // At most once more than the first time, and never one of those that called back.
    const again = worker.deliveries.filter(
      ({ phase, stepName }) => phase === 'execute' && stepName !== HANGS,
    );
    expect(new Set(again.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3 * RUNS);
    expect(again).toHaveLength(3 * RUNS);
  },
  LIMIT_MS,
);
