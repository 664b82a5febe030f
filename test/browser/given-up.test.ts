import { expect, test } from 'vitest';
import { getCandidate, startForSure } from '../support/api.ts';
import { until } from '../support/until.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, startWorker, untilCandidateIs } from './stage.ts';

const MIGRATION = 'forgetful';
const CANDIDATE = 'lamp';

/** A worker that takes a step and forgets it, as often as it is given it. */
const worker = await startWorker({
  ...{ id: MIGRATION, steps: ['polish'], candidates: [{ id: CANDIDATE }] },
  onDispatch: () => ({ status: 202 }),
});
worker.silence(true);
await startForSure(api, MIGRATION, CANDIDATE);
await until('the step to be given up', async () => {
  await api.POST('/registry/heartbeat', {
    body: { workerApp: MIGRATION, instanceId: worker.instanceId, busy: [] },
  });
  return (await getCandidate(api, MIGRATION, CANDIDATE)).runState === 'awaiting_retry';
});
worker.silence(false);
const page = await openPage('/dead-letters?kind=step');

test('a step that was given up says on its run what happened, and is a dead letter', async () => {
  const why = /forgetful took the step 3 times, and each time the instance that had it died or forgot it/;
  await page.getByRole('row', { name: why }).getByRole('link', { name: CANDIDATE }).click();
  await page
    .getByText(/Step 1 of 1, polish, failed: Given up:/)
    .first()
    .waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-given-up');
  await page.goBack();
  await page.getByRole('link', { name: why }).click();
  const drawer = page.getByRole('dialog', { name: `polish of ${CANDIDATE}, attempt 1` });
  await drawer.getByText('It has no body: nothing was sent.').waitFor();
  await drawer.getByText('Requeuing retries the step.').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'dead-letter-step');
});

test('requeuing it retries the step, once, and it is no dead letter any more', async () => {
  const before = worker.deliveries.length;
  const drawer = page.getByRole('dialog', { name: `polish of ${CANDIDATE}, attempt 1` });
  await drawer.getByRole('button', { name: 'Requeue' }).dblclick();
  await page.getByText(`Requeued polish of ${CANDIDATE}, attempt 1.`).waitFor();
  await drawer.waitFor({ state: 'hidden' });
  await page.getByText('No dead letter fits these filters').waitFor();
  const dispatch = await until('the retry', async () => worker.deliveries[before]);
  expect(dispatch).toMatchObject({ stepName: 'polish', attempt: 2 });
  await worker.report(dispatch, { status: 'succeeded' });
  await untilCandidateIs(MIGRATION, CANDIDATE, 'completed');
  expect(worker.deliveries).toHaveLength(before + 1);
});
