import { expect, test } from 'vitest';
import { getCandidate, getSteps, listAll, start, startForSure } from '../support/api.ts';
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

/** In the long form more are open than the check looks at in one page. */
const RUNS = inForm(9, 330);
const ID = 'vanishing';

test(
  `promise 5: of ${RUNS} runs that Temporal loses, attempts stay readable, completed ones stay so, and open ones are marked lost and can be started again (trap 7)`,
  async () => {
    const stack = await startStack({ name: 'lost-runs' });
    const { client, temporalClient, temporal } = stack;
    const schedule = await pauseCheck();
    const worker = stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: ID,
        steps: ['one', 'two'],
        candidates: named(RUNS),
        onDispatch: () => ({ status: 202 }),
      }),
    );
    await Promise.all(named(RUNS).map(({ id }) => startForSure(client, ID, id)));
    // A third completes, the others stay in their second step.
    const isToComplete = (id: string) => Number(id.split('-')[1]) % 3 === 0;
    await Promise.all(
      named(RUNS).map(async ({ id }) => {
        await worker.report(await dispatchOf(worker, id, 'one'), { status: 'succeeded', message: 'First.' });
        const two = await dispatchOf(worker, id, 'two');
        if (isToComplete(id)) await worker.report(two, { status: 'succeeded', message: 'Second.' });
      }),
    );
    const completed = named(RUNS).filter(({ id }) => isToComplete(id));
    const open = named(RUNS).filter(({ id }) => !isToComplete(id));
    await until('the completed', async () =>
      (await listAll(client, ID)).every(({ id, status }) => (status === 'completed') === isToComplete(id)),
    );
    const attemptsBefore = new Map(
      await Promise.all(
        completed.map(async ({ id }) => [id, (await getSteps(client, ID, id)).steps] as const),
      ),
    );

    const random = createRandom(5);
    const shuffled = random.shuffle(open);
    const atOnce = shuffled.slice(0, shuffled.length / 2);
    for (const { id } of [...atOnce, ...completed]) {
      const handle = temporalClient.workflow.getHandle(`${ID}__${id}`);
      // Closed ones can only be deleted, as by the end of their retention.
      if (!isToComplete(id) && random() < 0.5) await handle.terminate('by a test');
      else await remove(`${ID}__${id}`);
    }
    await expectNotFoundByReads(atOnce);
    await schedule.unpause();
    await untilLost(atOnce);
    await expectStill();

    // Its database is gone: the rest vanishes at once, and with it the schedule of the check.
    await temporal.kill('SIGKILL');
    await temporal.restart();
    await untilLost(open);
    await expectStill();

    const finders: string[] = [];
    let cursor: string | undefined;
    do {
      const query = {
        migrationId: ID,
        type: 'run.lost',
        limit: 200,
        ...(cursor === undefined ? {} : { cursor }),
      };
      const { data: events } = await client.GET('/events', { params: { query } });
      finders.push(...(events?.items ?? []).map(({ type, actor }) => `${type} by ${actor.kind}`));
      cursor = events?.nextCursor;
    } while (cursor !== undefined);
    expect(finders).toEqual(open.map(() => 'run.lost by system'));

    // Nothing starts by itself; a person can start what was lost, and it runs from its first step.
    const delivered = worker.deliveries.length;
    for (const { id } of open) expect(await start(client, ID, id)).toBe(202);
    await Promise.all(
      open.map(async ({ id }) => {
        const { runId } = await getCandidate(client, ID, id);
        for (const step of ['one', 'two']) {
          const dispatch = await dispatchOf(worker, id, step, runId);
          expect(await worker.report(dispatch, { status: 'succeeded' })).toBe(202);
        }
      }),
    );
    await until('every run to complete', async () =>
      (await listAll(client, ID)).every(({ status }) => status === 'completed'),
    );
    expect(worker.deliveries.length).toBe(delivered + open.length * 2);

    /** None of it is under way any more, and none begins. */
    async function pauseCheck() {
      const found = await until('the schedule of the check', async () => {
        for await (const { scheduleId } of temporalClient.schedule.list()) return scheduleId;
        return undefined;
      });
      const handle = temporalClient.schedule.getHandle(found);
      await handle.pause();
      await until(
        'the end of a check',
        async () => (await handle.describe()).info.runningActions.length === 0,
      );
      return handle;
    }

    /** Whoever looks is told what was last known; nobody marks anything by it. */
    async function expectNotFoundByReads(vanished: readonly { readonly id: string }[]): Promise<void> {
      for (let round = 0; round < 2; round += 1) {
        await client.GET('/attention');
        for (const { id } of vanished) {
          await getSteps(client, ID, id);
          expect((await getCandidate(client, ID, id)).status).toBe('running');
        }
        const lost = (await listAll(client, ID)).filter(({ runState }) => runState === 'lost');
        expect(lost).toEqual([]);
      }
    }

    function remove(workflowId: string) {
      return temporalClient.workflowService.deleteWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId },
      });
    }

    async function untilLost(some: readonly { readonly id: string }[]): Promise<void> {
      const ids = some.map(({ id }) => id);
      await until('the check to mark them', async () => {
        const lost = (await listAll(client, ID)).filter(({ runState }) => runState === 'lost');
        return ids.every((id) => lost.some((one) => one.id === id));
      });
      for (const id of ids) {
        const { status, runState, who, reason } = await getCandidate(client, ID, id);
        expect({ status, runState, who }).toEqual({
          status: 'not_started',
          runState: 'lost',
          who: 'operator',
        });
        expect(reason).toContain('no longer knows');
        const { steps, source } = await getSteps(client, ID, id);
        expect(source).toBe('store');
        expect(steps.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([
          ['succeeded'],
          ['cancelled'],
        ]);
        expect(steps[0]?.attempts[0]?.message).toBe('First.');
      }
    }

    async function expectStill(): Promise<void> {
      for (const { id } of completed) {
        expect((await getCandidate(client, ID, id)).status).toBe('completed');
        expect((await getSteps(client, ID, id)).steps).toEqual(attemptsBefore.get(id));
        expect(await start(client, ID, id)).toBe(409);
      }
    }
  },
  LIMIT_MS,
);

function dispatchOf(worker: ContractWorker, id: string, step: string, runId?: string): Promise<Dispatch> {
  return until(`dispatch of ${step} for ${id}`, async () =>
    worker.deliveries.find(
      (one) =>
        one.candidate.id === id && one.stepName === step && (runId === undefined || one.runId === runId),
    ),
  );
}
