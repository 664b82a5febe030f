import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { startForSure } from '../support/api.ts';
import { expectAccessible, openPage, takePicture, takePictures } from './open-page.ts';
import { api, startWorker, untilCandidateIs } from './stage.ts';

const MIGRATION = 'cathedral';
const CANDIDATE = 'acme-platform-engineering-department/the-service-with-the-longest-name-of-all';
const STEPS = Array.from({ length: 17 }, (_, index) => `lay-stone-${index + 1}`);
/** The one that waits. */
const LAST = 'lay-stone-17';

await startWorker({
  ...{ id: MIGRATION, candidates: [{ id: CANDIDATE }] },
  steps: STEPS.map((name, index) => ({
    name,
    group: index < 8 ? 'Foundation' : 'Tower',
    description: 'Lays one stone upon another, with mortar in between, and looks whether it is level.',
    compensable: true,
  })),
  onDispatch: (dispatch, self) => {
    const isLast = dispatch.stepName === LAST;
    const message = isLast ? `The stone is cracked.\n${'  at the quarry\n'.repeat(12)}` : 'Laid.';
    const status = isLast ? 'failed' : 'succeeded';
    setImmediate(() => void self.report(dispatch, { status, message, retryable: false }));
    return { status: 202 };
  },
});
await startForSure(api, MIGRATION, CANDIDATE);
await untilCandidateIs(MIGRATION, CANDIDATE, 'awaiting_retry');
const page = await openPage(`/migrations/${MIGRATION}/candidates/${encodeURIComponent(CANDIDATE)}`);

const steps = () => page.getByRole('navigation', { name: 'Steps, 16 of 17 done' });
const actions = () => page.getByRole('region', { name: 'Actions' });
const panelOf = (step: string) => page.getByRole('region', { name: `Step ${step}` });
const boxOf = async (place: Locator) => {
  const box = await place.boundingBox();
  if (box === null) throw new Error('It is not on screen.');
  return box;
};

test('the step that waits is in sight, and so is where it is in the list', async () => {
  await page.getByText(/Step 17 of 17, lay-stone-17, failed: The stone is cracked…/).waitFor();
  await panelOf(LAST).waitFor();
  await expect
    .poll(async () => {
      const link = await boxOf(steps().getByRole('link', { name: new RegExp(LAST) }));
      return link.y + link.height <= (await boxOf(actions())).y;
    })
    .toBe(true);
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  await expectAccessible(page);
  await takePictures(page, 'run-many-steps');
});

test('a long dialog keeps what can be done in sight, on a phone too', async () => {
  await page.setViewportSize({ width: 375, height: 812 });
  await actions().getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Cancel the run…' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('checkbox', { name: 'Undo what was done' }).check();
  await dialog.getByRole('list', { name: 'Undone, in this order' }).waitFor();
  const undo = await boxOf(dialog.getByRole('button', { name: 'Undo and cancel' }));
  const frame = await boxOf(dialog);
  expect(undo.y + undo.height).toBeLessThanOrEqual(frame.y + frame.height);
  expect(frame.y + frame.height).toBeLessThanOrEqual(812);
  await takePictures(page, 'run-cancel-many-steps');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('on a phone the steps are folded, and the one that is picked stands right below, by keyboard too', async () => {
  await page.setViewportSize({ width: 375, height: 812 });
  const summary = page.locator('summary', { hasText: '16 of 17 done' });
  await summary.waitFor();
  await steps().waitFor({ state: 'hidden' });
  await summary.focus();
  await page.keyboard.press('Enter');
  await steps().waitFor();
  await expectAccessible(page);
  await takePicture(page, 'run-steps-unfolded-375');
  await steps()
    .getByRole('link', { name: /lay-stone-3/ })
    .press('Enter');
  await panelOf('lay-stone-3').waitFor();
  await steps().waitFor({ state: 'hidden' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY');
  expect((await boxOf(panelOf('lay-stone-3'))).y).toBeLessThan(812);
});

test('a run leads to what was said about it', async () => {
  await page.getByRole('link', { name: 'Deliveries of this run' }).click();
  await page.getByRole('button', { name: /^Remove filter: Run is / }).waitFor();
  await page
    .getByRole('row', { name: /lay-stone-17/ })
    .first()
    .waitFor();
  await expectAccessible(page);
});
