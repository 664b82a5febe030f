import { expect, test } from 'vitest';
import { candidateAt, getCandidate, listAll } from '../support/api.ts';
import { type Dispatch, candidates as named, startContractWorker } from '../support/contract-worker.ts';
import { inForm, LIMIT_MS } from '../support/form.ts';
import { createRandom } from '../support/random.ts';
import { startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const RUNS = inForm(30, 200);
const TIMES = inForm(80, 1_000);
const AT_ONCE = 4;
const ID = 'storm';

test(
  `promise 6: announcing ${TIMES} times and submitting ${TIMES} times against ${RUNS} running candidates overwrites no status and no inputs, and what vanished is marked (trap 9)`,
  async () => {
    const stack = await startStack({ name: 'storm' });
    const { client } = stack;
    const held = new Map<string, Dispatch>();
    const worker = stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: ID,
        steps: ['one', 'two'],
        requiredInputs: [{ name: 'ticket', type: 'string', required: true }],
        labelKeys: ['team'],
        candidates: named(RUNS + 1),
        onDispatch: (dispatch) => {
          held.set(dispatch.candidate.id, dispatch);
          return { status: 202 };
        },
      }),
    );
    const idle = `candidate-${RUNS}`;
    const running = named(RUNS);
    for (const { id } of running) {
      const { response } = await client.POST('/migrations/{migrationId}/candidates/{candidateId}/start', {
        ...candidateAt(ID, id),
        body: { inputs: { ticket: `T-${id}` } },
      });
      expect(response.status).toBe(202);
    }
    await until('every dispatch', async () => held.size === RUNS);
    const runIds = new Map((await listAll(client, ID)).map(({ id, runId }) => [id, runId]));

    const random = createRandom(6);
    const answers = new Set<number>();
    let left = TIMES;
    const storm = async () => {
      while (left > 0) {
        left -= 1;
        const known = random.shuffle([...running, { id: idle }]).slice(0, 1 + random.below(RUNS));
        const facts = known.map(({ id }) => ({
          id,
          kind: random.pick(['thing', 'other']),
          labels: { team: `team-${random.below(5)}` },
          metadata: { at: random() },
        }));
        // Another revision, and every second time with candidates in it.
        const announcement = worker.announcement();
        const body = {
          ...announcement,
          steps: announcement.steps.map((step) => ({ ...step, description: `${random.below(9)}` })),
          ...(random() < 0.5 ? { candidates: facts } : {}),
        };
        const [announced, submitted] = await Promise.all([
          client.POST('/registry/announce', { body }),
          worker.submit(facts),
        ]);
        answers.add(announced.response.status).add(submitted);
      }
    };
    // Meanwhile half of the runs go on, so that transitions and submissions meet.
    const goOn = async () => {
      for (const { id } of running.slice(0, RUNS / 2)) {
        expect(await worker.report(held.get(id) as Dispatch, { status: 'succeeded' })).toBe(202);
        await until('the second step', async () => held.get(id)?.stepName === 'two');
      }
    };
    await Promise.all([...Array.from({ length: AT_ONCE }, storm), goOn()]);

    expect([...answers]).toEqual([200]);
    for (const [index, { id }] of running.entries()) {
      const { status, runId, inputs, step } = await getCandidate(client, ID, id);
      expect({ id, status, runId, inputs, step }).toEqual({
        id,
        status: 'running',
        runId: runIds.get(id),
        inputs: { ticket: `T-${id}` },
        step: index < RUNS / 2 ? 'two' : 'one',
      });
    }
    expect((await getCandidate(client, ID, idle)).status).toBe('not_started');

    // A discovery that does not see some of them marks these, whatever they are doing, and stops none.
    const seen = running.slice(3);
    expect(await worker.submit(seen, true)).toBe(200);
    const gone = (await listAll(client, ID)).filter(({ goneAt }) => goneAt !== undefined);
    expect(gone.map(({ id }) => id).toSorted()).toEqual(
      [...running.slice(0, 3).map(({ id }) => id), idle].toSorted(),
    );
    expect(
      gone.filter(({ id }) => id !== idle).every(({ status, runId }) => status === 'running' && runId),
    ).toBe(true);
    await Promise.all(
      running.map(async ({ id }) => {
        for (;;) {
          const dispatch = held.get(id) as Dispatch;
          expect(await worker.report(dispatch, { status: 'succeeded' })).toBe(202);
          if (dispatch.stepName === 'two') return;
          await until('the second step', async () => held.get(id)?.stepName === 'two');
        }
      }),
    );
    expect(await worker.submit([...running], true)).toBe(200);
    await until('the runs to complete', async () =>
      (await listAll(client, ID)).every(({ id, status }) => status === 'completed' || id === idle),
    );
    for (const { id } of running) {
      expect((await getCandidate(client, ID, id)).inputs).toEqual({ ticket: `T-${id}` });
    }
  },
  LIMIT_MS,
);
