import { expect, test } from 'vitest';
import { getCandidate, startForSure } from '../support/api.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, startWorker, untilCandidateIs } from './stage.ts';

const ID = 'slow-to-stop';
let hasStopped = false;
await startWorker({
  id: ID,
  steps: [{ name: 'migrate', cancelGraceSeconds: 120 }],
  candidates: [{ id: 'ledger' }],
  onDispatch: () => ({ status: 202 }),
  onCancel: () => (hasStopped ? 200 : 202),
});

test('a cancel says how long its worker may take to stop, the run waits for it and ends then', async () => {
  await startForSure(api, ID, 'ledger');
  await untilCandidateIs(ID, 'ledger', 'in_progress');
  const page = await openPage(`/migrations/${ID}/candidates/ledger`);
  await page.getByText('2 min after a cancel').waitFor();
  await page.getByRole('button', { name: 'Cancel the run…' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Cancel the run of ledger?' });
  await dialog.getByText(/is told to stop migrate; the run ends within 2 min \d+ s at most\./).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-cancel-time-to-stop');
  await dialog.getByRole('button', { name: 'Cancel the run' }).click();

  await page
    .getByText(/Waits until slow-to-stop has stopped step "migrate", at most 120 s/)
    .first()
    .waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-cancelling');
  expect((await getCandidate(api, ID, 'ledger')).runState).toBe('cancelling');
  hasStopped = true;
  await page
    .getByText(/the last run was cancelled/)
    .first()
    .waitFor({ timeout: 20_000 });
});
