import { expect, test } from 'vitest';
import { cancel, getCandidate, getSteps, start } from '../support/api.ts';
import {
  type ContractWorker,
  type Dispatch,
  candidates as named,
  startContractWorker,
} from '../support/contract-worker.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { createRandom } from '../support/random.ts';
import { startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const ROUNDS = inForm(24, 100);
const CANDIDATES = 4;
const LATE_CALLBACKS = 6;
const ID = 'restarted';

test(
  `promise 4: of ${ROUNDS} runs that are cancelled and started again, none has a step completed by an old token`,
  async () => {
    const stack = await startStack({ name: 'restarted' });
    const { client } = stack;
    const worker = stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: ID,
        steps: ['one', 'two'],
        candidates: named(CANDIDATES),
        // An old worker: it takes every step, and calls back when the test says.
        onDispatch: () => ({ status: 202 }),
      }),
    );
    const taken: string[] = [];

    async function restartMany(id: string, seed: number): Promise<void> {
      const random = createRandom(seed);
      /** Tokens of runs that were cancelled. */
      const old: Dispatch[] = [];
      const callBackLate = async () => {
        for (let n = 0; n < LATE_CALLBACKS && old.length > 0; n += 1) {
          const status = random.pick(['succeeded', 'failed', 'merged', 'pending'] as const);
          const answer = await worker.callBack(random.pick(old), { status, message: `Late ${random()}` });
          // 410: stop working on it.
          if (answer.status !== 410) taken.push(`${status}: ${answer.status} ${await answer.text()}`);
        }
      };
      let previous: string | undefined;
      /** Of the run that is being cancelled: until that has ended, its tokens are taken. */
      let ending: Dispatch[] = [];
      for (let round = 0; round < ROUNDS / CANDIDATES; round += 1) {
        const [runId] = await Promise.all([startAgain(id, previous), callBackLate()]);
        previous = runId;
        old.push(...ending);
        const dispatch = await dispatchOf(worker, runId, 'one');
        await callBackLate();
        if (random() < 0.3) {
          // Got as far as the second step.
          expect(await worker.report(dispatch, { status: 'succeeded' })).toBe(202);
          ending = [dispatch, await dispatchOf(worker, runId, 'two')];
        } else {
          ending = [dispatch];
        }
        await callBackLate();
        // No step has an outcome but the one that its own worker reported.
        const view = await getSteps(client, ID, id);
        const outcomes = view.steps.map(({ attempts }) => attempts.map(({ outcome }) => outcome));
        expect({ runId: view.runId, outcomes }).toEqual({
          runId,
          outcomes: ending.length === 1 ? [[undefined], []] : [['succeeded'], [undefined]],
        });
        expect(await Promise.all([cancel(client, ID, id), callBackDuring(dispatch)])).toContain(202);
      }
      const runId = await startAgain(id, previous);
      old.push(...ending);
      const one = await dispatchOf(worker, runId, 'one');
      await callBackLate();
      const { steps } = await getSteps(client, ID, id);
      expect(steps.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([[undefined], []]);
      await worker.report(one, { status: 'succeeded' });
      const two = await dispatchOf(worker, runId, 'two');
      await callBackLate();
      expect((await getCandidate(client, ID, id)).status).toBe('running');
      await worker.report(two, { status: 'succeeded' });
      await until('the end', async () => (await getCandidate(client, ID, id)).status === 'completed');
      await callBackLate();
    }

    /** A start right after a cancel is taken or refused as cancelling, and nothing in between. */
    async function startAgain(id: string, previous: string | undefined): Promise<string> {
      await until(
        `start of ${id}`,
        async () => {
          const status = await start(client, ID, id);
          if (status !== 202) expect(status).toBe(409);
          return status === 202;
        },
        { everyMs: 20 },
      );
      const { runId } = await getCandidate(client, ID, id);
      if (runId === undefined || runId === previous) throw new Error(`The start of ${id} has no run.`);
      return runId;
    }

    /** While the run is being cancelled its own token may still be taken, but never does the next run see it. */
    async function callBackDuring(dispatch: Dispatch): Promise<number> {
      const { status } = await worker.callBack(dispatch, { status: 'failed', message: 'During the cancel.' });
      expect([202, 410]).toContain(status);
      return status;
    }

    await Promise.all(named(CANDIDATES).map(({ id }, index) => restartMany(id, 40 + index)));

    expect(taken).toEqual([]);
  },
  LIMIT_MS,
);

function dispatchOf(worker: ContractWorker, runId: string, step: string): Promise<Dispatch> {
  return until(
    `dispatch of ${step}`,
    async () => worker.deliveries.find((one) => one.runId === runId && one.stepName === step),
    { everyMs: 20 },
  );
}
