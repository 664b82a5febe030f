import { expect, test } from 'vitest';
import { getCandidate, startForSure, untilAllCompleted } from '../support/api.ts';
import { candidates, type Dispatch, startContractWorker } from '../support/contract-worker.ts';
import { LIMIT_MS } from '../support/form.ts';
import { startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const ID = 'polled';
const CANDIDATE = 'candidate-0';

test(
  'promise 2: a task that Temporal gives to a poll whose connection is dead holds its run up for seconds, not for the day that an activity may take (trap 2)',
  async () => {
    const stack = await startStack({ name: 'lost-poll', isApart: true, hasLinks: true });
    const { client, links } = stack;
    const dispatches = new Map<string, Dispatch>();
    const worker = stack.keep(
      await startContractWorker({
        serverUrl: stack.api.url,
        id: ID,
        steps: ['one', 'two'],
        candidates: candidates(1),
        onDispatch: (dispatch) => {
          dispatches.set(dispatch.stepName, dispatch);
          return { status: 202 };
        },
      }),
    );
    const handle = stack.temporalClient.workflow.getHandle(`${ID}__${CANDIDATE}`);
    const tasks = async () => {
      const events = (await handle.fetchHistory()).events ?? [];
      return {
        started: events.filter((event) => event.workflowTaskStartedEventAttributes).length,
        completed: events.filter((event) => event.workflowTaskCompletedEventAttributes).length,
      };
    };
    await startForSure(client, ID, CANDIDATE);
    await until('the run to wait for its worker', async () => {
      const { runState } = await getCandidate(client, ID, CANDIDATE);
      const { started, completed } = await tasks();
      return runState === 'in_progress' && started === completed;
    });

    const before = await tasks();
    links.engineToTemporal.hang();
    expect(await worker.report(dispatches.get('one') as Dispatch, { status: 'succeeded' })).toBe(202);
    await until('Temporal to give the task away', async () => (await tasks()).started > before.started);
    links.engineToTemporal.cut();
    links.engineToTemporal.heal();

    await until('the next step', async () => dispatches.has('two'), { timeoutMs: 45_000 });
    expect(await worker.report(dispatches.get('two') as Dispatch, { status: 'succeeded' })).toBe(202);
    await untilAllCompleted(client, ID, 30_000);
    expect(worker.deliveries.map(({ stepName, attempt }) => `${stepName} ${attempt}`)).toEqual([
      ...['one 1', 'two 1'],
    ]);
  },
  LIMIT_MS,
);
