import { cancel, getCandidate, startForSure } from '../support/api.ts';
import { until } from '../support/until.ts';
import { api, startWorker } from './stage.ts';

/** A worker whose runs are cancelled before it calls back, so that each callback comes too late for its run. */
export async function leaveDeadLetters(candidateIds: readonly string[]): Promise<void> {
  const worker = await startWorker({
    id: 'too-late',
    steps: ['push', 'tell'],
    candidates: candidateIds.map((id) => ({ id })),
    onDispatch: () => ({ status: 202 }),
  });
  for (const id of candidateIds) {
    await startForSure(api, worker.id, id);
    const dispatch = await until(
      `the dispatch of ${id}`,
      async () => worker.deliveries.find(({ candidate }) => candidate.id === id) ?? false,
    );
    await until(`cancel of ${id}`, async () => [202, 409].includes(await cancel(api, worker.id, id)));
    // A callback before the end would be taken, and each later one be known already.
    await until(
      `the end of ${id}`,
      async () => (await getCandidate(api, worker.id, id)).status !== 'running',
    );
    await until(`the callback of ${id} to come too late`, async () => {
      const answer = await worker.callBack(dispatch, {
        status: 'succeeded',
        message: `Pushed ${id}.`,
        outputs: { branch: `loom/${id}`, commit: '9f2c1e0754' },
      });
      return answer.status === 409 || answer.status === 410;
    });
  }
}
