import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { cancel, candidateAt, getCandidate, startForSure } from '../support/api.ts';
import { until } from '../support/until.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { api, startWorker, untilCandidateIs } from './stage.ts';

const MIGRATION = 'workshop';
const run = promisify(execFile);
const pathOf = (id: string) => `/migrations/${MIGRATION}/candidates/${id}`;

/** What it is given stays with it, and so does what it is to undo. */
const worker = await startWorker({
  id: MIGRATION,
  steps: [
    { name: 'saw', compensable: true },
    { name: 'glue', compensable: true },
    { name: 'look', kind: 'review' },
  ],
  candidates: [
    { id: 'chair', labels: { room: 'kitchen' }, metadata: { wood: 'beech' } },
    { id: 'shelf' },
    { id: 'stool' },
    { id: 'table' },
  ],
  requiredInputs: [{ name: 'length', label: 'Length', type: 'number', required: true, default: 90 }],
  onDispatch: () => ({ status: 202 }),
});
const page = await openPage(pathOf('chair'));
await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);

const actions = () => page.getByRole('region', { name: 'Actions' });
const act = (name: string) => actions().getByRole('button', { name, exact: true }).click();
const view = (name: string) =>
  page.getByRole('navigation', { name: 'Views of the run' }).getByRole('link', { name, exact: true }).click();
const says = (text: string | RegExp) => page.getByText(text).first().waitFor();
const copied = () => page.evaluate(() => navigator.clipboard.readText());

function dispatchOf(id: string, stepName: string, phase: string) {
  return until(`the ${phase} of ${stepName} for ${id}`, async () =>
    worker.deliveries.find(
      (one) => one.candidate.id === id && one.stepName === stepName && one.phase === phase,
    ),
  );
}

/** A run that waits for the decision on its last step. */
async function startUntilReview(id: string): Promise<void> {
  await startForSure(api, MIGRATION, id);
  for (const step of ['saw', 'glue'])
    await worker.report(await dispatchOf(id, step, 'execute'), { status: 'succeeded' });
  await untilCandidateIs(MIGRATION, id, 'awaiting_approval');
}

/** A line for a shell, sent as the shell would have curl send it. */
async function send(line: string) {
  const { stdout } = await run('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${line}`]);
  const words = stdout.trimEnd().split('\n');
  const after = (flag: string) => words.flatMap((word, at) => (words[at - 1] === flag ? [word] : []));
  const [body] = after('-d');
  return fetch(words.find((word) => word.startsWith('http')) ?? '', {
    method: after('-X')[0] ?? 'GET',
    headers: after('-H').map((header) => header.split(': ') as [string, string]),
    ...(body !== undefined && { body }),
  });
}

async function copyAsCurl(entry: string): Promise<string> {
  await actions().getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByRole('menuitem', { name: entry, exact: true }).click();
  const notice = page.locator('[data-notices] > div', { hasText: `Copied: ${entry}.` });
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await notice.waitFor({ state: 'hidden' });
  return copied();
}

test('a run is started from its page with an input, and once by a double click', async () => {
  await page
    .getByText(/^Not started/)
    .first()
    .waitFor();
  await act('Start…');
  const dialog = page.getByRole('dialog', { name: 'Start chair' });
  await dialog.getByRole('textbox', { name: 'Length' }).fill('long');
  await dialog.getByRole('button', { name: 'Start', exact: true }).click();
  await dialog.locator('[aria-invalid]').waitFor();
  await takePictures(page, 'start-dialog-fault');
  await dialog.getByRole('textbox', { name: 'Length' }).fill('120');
  await dialog.getByRole('button', { name: 'Start', exact: true }).dblclick();
  await dialog.waitFor({ state: 'hidden' });
  await says(/The worker is at step 1 of 3, saw/);
  const dispatch = await dispatchOf('chair', 'saw', 'execute');
  expect(dispatch.inputs).toEqual({ length: 120 });
  expect(worker.deliveries).toHaveLength(1);
});

test('the events of a run are listed as they come, and the candidate stands beside them', async () => {
  await view('Events');
  const events = page.getByRole('table', { name: 'Events, the newest first' });
  await events.getByText('step.dispatched').first().waitFor();
  await worker.report(await dispatchOf('chair', 'saw', 'execute'), {
    ...{ status: 'succeeded', message: 'Sawn in four.', outputs: { parts: 4 } },
  });
  await events.getByText('step.succeeded').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-events');
  await page.reload();
  await events.getByText('step.succeeded').waitFor();
  await view('Candidate');
  await says('beech');
  await says('The worker named none.');
  await expectAccessible(page);
  await takePictures(page, 'run-candidate');
  await page.goBack();
  await events.getByText('step.succeeded').waitFor();
  await view('Step');
  await page.getByRole('region', { name: 'Step glue' }).waitFor();
  await page
    .getByRole('navigation', { name: /^Steps/ })
    .getByRole('link', { name: /saw/ })
    .click();
  await page.getByRole('region', { name: 'Step saw' }).getByText('Sawn in four.').waitFor();
  expect(new URL(page.url()).searchParams.get('step')).toBe('saw');
});

test('what the page does is copied as lines for a shell, which do the same', async () => {
  const about = page.getByRole('region', { name: 'About this run' });
  const { runId = '' } = await getCandidate(api, MIGRATION, 'chair');
  await about.getByRole('button', { name: 'Copy run id' }).click();
  await expect.poll(copied).toBe(runId);

  const line = await copyAsCurl('Read the steps');
  expect(line).toMatch(/^curl -sS 'http:.*\/candidates\/chair\/steps'$/);
  const read = await send(line);
  expect(await read.json()).toMatchObject({ runId, steps: [{ name: 'saw', state: 'succeeded' }, {}, {}] });

  const asked = await send(await copyAsCurl('Cancel'));
  expect(asked.status).toBe(202);
  await says(/the last run was cancelled/);

  await about.getByRole('link', { name: 'Events of the trace' }).click();
  await page.getByRole('button', { name: /^Remove filter: Trace is [0-9a-f]{32}$/ }).waitFor();
  await page.getByRole('table', { name: 'Events, the newest first' }).getByText('run.started').waitFor();
  await page.goBack();
  await says(/the last run was cancelled/);
});

test('an older run is picked, cannot be acted on, and leads back to the newest', async () => {
  await startForSure(api, MIGRATION, 'chair');
  await page.goto(pathOf('chair'));
  await says(/The worker is at step 1 of 3, saw/);
  const picker = page.getByRole('combobox', { name: 'Run', exact: true });
  await expect.poll(() => picker.getByRole('option').count()).toBe(2);
  await picker.selectOption({ index: 1 });
  await says(/This is an older run, cancelled/);
  await actions().getByText('Nothing can be done to an older run.').waitFor();
  await page.getByRole('region', { name: /^Step / }).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-older');
  await page.reload();
  await says(/This is an older run, cancelled/);
  await page.getByRole('link', { name: 'Show the newest run' }).click();
  await says(/The worker is at step 1 of 3, saw/);
  expect(await cancel(api, MIGRATION, 'chair')).toBe(202);
});

test('an action that comes too late is refused in words, and its dialog does not stick', async () => {
  await startUntilReview('shelf');
  await page.goto(pathOf('shelf'));
  await act('Approve…');
  const dialog = page.getByRole('dialog', { name: 'Approve look of shelf' });
  const approve = dialog.getByRole('button', { name: 'Approve', exact: true });
  await approve.waitFor();
  // Somebody else decides while the dialog is open.
  const { response } = await api.POST('/migrations/{migrationId}/candidates/{candidateId}/approve-step', {
    ...candidateAt(MIGRATION, 'shelf'),
    body: { stepName: 'look', decision: 'approved' },
  });
  expect(response.status).toBe(202);
  await untilCandidateIs(MIGRATION, 'shelf', 'completed');
  await approve.click();
  await dialog
    .getByRole('alert')
    .getByText(/^The decision was not taken:/)
    .waitFor();
  await approve.waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-refused-action');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await says(/Completed, all 3 steps/);
});

test('who acts by the keyboard goes on from the actions', async () => {
  await startForSure(api, MIGRATION, 'stool');
  await page.goto(pathOf('stool'));
  await actions().getByRole('button', { name: 'Pause…' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Pause stool' });
  await dialog.getByRole('button', { name: 'Pause', exact: true }).press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('section')?.ariaLabel))
    .toBe('Actions');
  const resume = actions().getByRole('button', { name: 'Resume…' });
  await resume.waitFor();
  await expect.poll(() => resume.isEnabled()).toBe(true);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('section')?.ariaLabel))
    .toBe('Actions');
  await takePictures(page, 'run-acted-by-keyboard');
});

test('an undo that hangs is abandoned for a reason, and what is left is told', async () => {
  await startUntilReview('table');
  await page.goto(pathOf('table'));
  await act('Cancel the run…');
  const ask = page.getByRole('alertdialog', { name: 'Cancel the run of table?' });
  await ask.getByRole('checkbox', { name: 'Undo what was done' }).check();
  await ask.getByRole('button', { name: 'Undo and cancel' }).click();
  await dispatchOf('table', 'glue', 'compensate');
  await act('Abandon the undoing…');
  const dialog = page.getByRole('alertdialog', { name: 'Abandon the undoing of table?' });
  await dialog.getByRole('list', { name: 'Stays as it is' }).getByText('saw').waitFor();
  await dialog.getByRole('button', { name: 'Abandon the undoing' }).click();
  await dialog.getByText('Say why what is left is not undone.').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-abandon');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('The workshop burnt down.');
  await dialog.getByRole('button', { name: 'Abandon the undoing' }).click();
  await says(/Not started; the last run was .*The workshop burnt down/);
  await takePictures(page, 'run-abandoned');
});
