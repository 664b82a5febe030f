import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { candidateAt, getSteps, start } from '../support/api.ts';
import { expectAccessible, openPage, takePicture, takePictures } from './open-page.ts';
import { api, cancelOpenRuns, untilCandidateIs, untilDiscovered } from './stage.ts';

const MIGRATION = 'rename';
let page: Page;

await untilDiscovered(MIGRATION);
afterAll(() => cancelOpenRuns(MIGRATION));
beforeEach(async () => {
  page = await openPage('/');
});

const runStateIs = (id: string, runState: string) => untilCandidateIs(MIGRATION, id, runState);

/** A run that waits for the two people who check the name. */
async function startUntilReview(id: string): Promise<void> {
  expect(await start(api, MIGRATION, id)).toBe(202);
  await runStateIs(id, 'awaiting_approval');
}

async function approveAs(id: string, ...names: string[]): Promise<void> {
  for (const by of names) {
    const { response } = await api.POST('/migrations/{migrationId}/candidates/{candidateId}/approve-step', {
      ...candidateAt(MIGRATION, id),
      body: { stepName: 'check', decision: 'approved', by },
    });
    expect(response.status).toBe(202);
  }
}

async function openRun(id: string): Promise<void> {
  await page.goto(`/migrations/${MIGRATION}/candidates/${id}`);
  await page.getByRole('heading', { level: 1, name: id }).waitFor();
}

const act = (name: string) =>
  page.getByRole('region', { name: 'Actions' }).getByRole('button', { name, exact: true }).click();
const says = (text: string | RegExp) => page.getByText(text).first().waitFor();
const listed = (dialog: Locator, name: string) => dialog.getByRole('list', { name }).getByRole('listitem');
/** Presses Tab until the focus is there. */
async function tabTo(target: Locator): Promise<void> {
  for (let presses = 0; presses < 8; presses += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not lead there.');
}
const pauseBanner = () => page.getByRole('region', { name: 'Pause', exact: true });

test('two reviewers approve by their names, and a completed run is rolled back', async () => {
  await startUntilReview('billing');
  await openRun('billing');
  await says(/0 of 2 approvals/);
  await page.getByText('the name', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Rules for names' }).waitFor();
  await takePictures(page, 'run-review');

  await act('Approve…');
  const dialog = page.getByRole('dialog', { name: 'Approve check of billing' });
  await dialog.getByRole('textbox', { name: 'Your name' }).fill('Ada');
  await dialog.getByRole('textbox', { name: /Comment/ }).fill('Reads well.');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await says(/1 of 2 approvals/);

  await act('Approve…');
  expect(await dialog.getByRole('textbox', { name: 'Your name' }).inputValue()).toBe('Ada');
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await dialog.getByText('Ada has approved already; somebody else has to.').waitFor();
  await takePictures(page, 'run-review-dialog');
  await dialog.getByRole('textbox', { name: 'Your name' }).fill('Grace');
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await says(/Completed, all 4 steps/);

  await act('Roll back…');
  const rollBack = page.getByRole('alertdialog', { name: 'Roll back billing?' });
  expect(await listed(rollBack, 'Undone, in this order').allInnerTexts()).toEqual([
    expect.stringContaining('publish'),
    expect.stringContaining('reserve'),
  ]);
  expect(await listed(rollBack, 'Stays as it is').allInnerTexts()).toEqual([expect.stringContaining('tell')]);
  await rollBack.getByRole('textbox', { name: /Reason/ }).fill('Wrong name.');
  await takePictures(page, 'run-roll-back-dialog');
  await rollBack.getByRole('button', { name: 'Undo 2 steps' }).click();
  await says(/the last run was rolled back: Wrong name. Not undone: tell/);
  await says(/This is a rollback; it undoes/);
  await expectAccessible(page);
  await takePictures(page, 'run-rolled-back');
  expect((await getSteps(api, MIGRATION, 'billing')).steps.map(({ name, state }) => [name, state])).toEqual([
    ['publish', 'compensated'],
    ['reserve', 'compensated'],
  ]);
  await page.getByRole('link', { name: 'run 1 of 2' }).click();
  await says(/It was undone by/);
});

test('an operator skips a failed step for a reason, with outputs', async () => {
  await startUntilReview('catalog');
  await approveAs('catalog', 'Ada', 'Grace');
  await openRun('catalog');
  await says(/failed: The name acme-catalog is taken by another team/);
  await takePictures(page, 'run-failed-step');
  await act('Skip…');
  const dialog = page.getByRole('dialog', { name: 'Skip publish of catalog' });
  await dialog.getByRole('textbox', { name: /Outputs/ }).fill('{"url": "https://registry.test/acme"');
  await dialog.getByRole('button', { name: 'Skip publish' }).click();
  await dialog.getByText('Say why the step is skipped.').waitFor();
  await dialog.getByText(/This is not JSON/).waitFor();
  await takePictures(page, 'run-skip-dialog');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Published by hand as acme-products.');
  await dialog
    .getByRole('textbox', { name: /Outputs/ })
    .fill('{"url": "https://registry.test/acme-products"}');
  await dialog.getByRole('button', { name: 'Skip publish' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await says(/Completed, all 4 steps/);
  await page.getByRole('link', { name: /publish/ }).click();
  await says('Published by hand as acme-products.');
  await takePictures(page, 'run-step-skipped');
  const { steps } = await getSteps(api, MIGRATION, 'catalog');
  expect(steps.at(-1)?.attempts.at(-1)).toMatchObject({
    outcome: 'skipped',
    outputs: { url: 'https://registry.test/acme-products' },
  });
});

test('cancel shows what is undone and what stays, as it is chosen', async () => {
  await startUntilReview('checkout');
  await openRun('checkout');
  await act('Cancel the run…');
  const dialog = page.getByRole('alertdialog', { name: 'Cancel the run of checkout?' });
  await expect.poll(() => listed(dialog, 'Stays as it is').count()).toBe(2);
  await takePicture(page, 'run-cancel-without-undo');
  await dialog.getByRole('checkbox', { name: 'Undo what was done' }).check();
  await dialog.getByRole('list', { name: 'Undone, in this order' }).waitFor();
  expect(await listed(dialog, 'Undone, in this order').allInnerTexts()).toEqual([
    expect.stringContaining('reserve'),
  ]);
  expect(await listed(dialog, 'Stays as it is').allInnerTexts()).toEqual([
    expect.stringContaining('This step cannot be undone by its worker.'),
  ]);
  await takePictures(page, 'run-cancel-with-undo');
  await dialog.getByRole('button', { name: 'Undo and cancel' }).click();
  await says(/the last run was rolled back: Not undone: tell/);
  expect((await getSteps(api, MIGRATION, 'checkout')).steps[0]?.state).toBe('compensated');
});

test('an undo that fails waits for an operator, who skips it and is told what stays', async () => {
  await startUntilReview('wallet');
  const { response } = await api.POST('/migrations/{migrationId}/candidates/{candidateId}/cancel', {
    ...candidateAt(MIGRATION, 'wallet'),
    body: { compensate: true, reason: 'Wrong service.' },
  });
  expect(response.status).toBe(202);
  await openRun('wallet');
  await says(/Undoing what was done, at step 1 of 4, reserve: The registry does not give acme-wallet back/);
  await takePictures(page, 'run-undo-failed');
  await act('Skip…');
  const dialog = page.getByRole('dialog', { name: 'Skip reserve of wallet' });
  expect(await dialog.getByRole('textbox', { name: /Outputs/ }).count()).toBe(0);
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The registry keeps it.');
  await dialog.getByRole('button', { name: 'Skip reserve' }).click();
  await says(/the last run was rolled back: Wrong service. Not undone: tell, reserve/);
});

test('a run is paused with a reason, held before its next step, and resumed', async () => {
  await startUntilReview('ledger');
  await openRun('ledger');
  // By keyboard alone, from the palette to the last button.
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search or jump to' }).waitFor();
  await page.keyboard.type('Pause ledger');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Pause ledger' });
  await dialog.waitFor();
  await tabTo(dialog.getByRole('textbox', { name: /Reason/ }));
  await page.keyboard.type('Release freeze until Monday.');
  await takePictures(page, 'run-pause-dialog');
  await tabTo(dialog.getByRole('button', { name: 'Pause' }));
  await page.keyboard.press('Enter');
  await pauseBanner()
    .getByText(/A pause is asked for/)
    .waitFor();
  await takePicture(page, 'run-pause-asked-for');
  await approveAs('ledger', 'Ada', 'Grace');
  await says(/Paused before step 4 of 4, publish: Release freeze until Monday/);
  await pauseBanner()
    .getByText(/This run is paused/)
    .waitFor();
  await takePictures(page, 'run-paused');

  await page.goto(`/migrations/${MIGRATION}`);
  // The quick filter says how many there are; the row's own state, which filters too, does not.
  await page.getByRole('button', { name: /^Paused \d/ }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('runState')).toBe('paused');
  await page.getByRole('link', { name: 'ledger' }).click();
  await act('Resume…');
  await page.getByRole('dialog', { name: 'Resume ledger' }).getByRole('button', { name: 'Resume' }).click();
  await says(/Completed, all 4 steps/);
  await pauseBanner().waitFor({ state: 'hidden' });
});

test('a paused migration holds what is started, and says so', async () => {
  await page.goto(`/migrations/${MIGRATION}`);
  await page.getByRole('button', { name: 'Pause…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pause Rename services' });
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('The registry is moved.');
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await pauseBanner()
    .getByText(/The registry is moved/)
    .waitFor();
  expect(await start(api, MIGRATION, 'search')).toBe(202);
  await runStateIs('search', 'paused');
  await pauseBanner()
    .getByText(/1 run is held/)
    .waitFor();
  await takePictures(page, 'migration-paused');
  await page.goto('/');
  await says('Rename services');
  await takePictures(page, 'home-paused-migration');
  await openRun('search');
  await pauseBanner()
    .getByText(/The migration is paused/)
    .waitFor();
  await takePictures(page, 'run-paused-by-migration');
  await page.getByRole('link', { name: 'Open the migration' }).click();
  await page.getByRole('button', { name: 'Resume…' }).click();
  await page
    .getByRole('dialog', { name: 'Resume Rename services' })
    .getByRole('button', { name: 'Resume' })
    .click();
  await pauseBanner().waitFor({ state: 'hidden' });
  await runStateIs('search', 'awaiting_approval');
});

test('a paused worker app is given no step, and is resumed', async () => {
  await page.goto('/workers');
  await page.getByRole('button', { name: 'Pause rename' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pause rename' });
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('The cluster is moved.');
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await pauseBanner()
    .getByText(/The cluster is moved/)
    .waitFor();
  await takePictures(page, 'workers-paused');
  expect(await start(api, MIGRATION, 'stock')).toBe(202);
  await runStateIs('stock', 'paused');
  await page.getByRole('button', { name: 'Resume rename' }).click();
  await page.getByRole('dialog', { name: 'Resume rename' }).getByRole('button', { name: 'Resume' }).click();
  await pauseBanner().waitFor({ state: 'hidden' });
  await runStateIs('stock', 'awaiting_approval');
});
