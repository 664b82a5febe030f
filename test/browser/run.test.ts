import type { Page } from 'playwright-core';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { expectAccessible, openPage, takePicture } from './open-page.ts';
import { cancelOpenRuns, untilDiscovered } from './stage.ts';

const MIGRATION = '/migrations/hello-world';
let page: Page;

await untilDiscovered('hello-world');
afterAll(() => cancelOpenRuns('hello-world'));
beforeEach(async () => {
  page = await openPage('/');
});

async function startFromTable(id: string, greeting: string): Promise<void> {
  await page.goto(MIGRATION);
  await page.getByRole('button', { name: `Start ${id}` }).click();
  const dialog = page.getByRole('dialog', { name: `Start ${id}` });
  await dialog.getByRole('textbox', { name: 'Greeting' }).fill(greeting);
  await dialog.getByRole('button', { name: 'Start' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

async function openRun(id: string): Promise<void> {
  await page.goto(`${MIGRATION}/candidates/${id}`);
  await page.getByRole('heading', { level: 1, name: id }).waitFor();
}

const actions = () => page.getByRole('region', { name: 'Actions' });
const says = (text: RegExp) => page.getByText(text).first().waitFor();

test('a reviewer starts a run with an input, follows it live and approves a step', async () => {
  await startFromTable('ada', 'Good evening');
  await openRun('ada');
  await says(/waits for a decision/);
  const steps = page.getByRole('navigation', { name: /^Steps/ });
  await steps.getByRole('link', { name: /greet/ }).click();
  await page.getByText('Good evening, ada!').first().waitFor();
  await steps.getByRole('link', { name: /check/ }).click();
  await expectAccessible(page);
  await takePicture(page, 'run-awaiting-approval');
  await actions().getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog', { name: /Approve check of ada/ });
  await dialog.getByRole('textbox', { name: /Comment/ }).fill('Reads well.');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await says(/Completed, all 3 steps/);
  await takePicture(page, 'run-completed');
});

test('a rejected step is retried with a changed input', async () => {
  await startFromTable('alan', 'Hello');
  await openRun('alan');
  await says(/waits for a decision/);
  await actions().getByRole('button', { name: 'Reject…' }).click();
  const reject = page.getByRole('dialog', { name: /Reject check of alan/ });
  await reject.getByRole('textbox', { name: /Comment/ }).fill('Too short.');
  await reject.getByRole('button', { name: 'Reject' }).click();
  await says(/Rejected: Too short/);
  await takePicture(page, 'run-failed');
  await actions().getByRole('button', { name: 'Retry…' }).click();
  const retry = page.getByRole('dialog', { name: /Retry check of alan/ });
  await retry.getByRole('textbox', { name: 'Greeting' }).fill('Hello there');
  await retry.getByRole('button', { name: 'Retry' }).click();
  await says(/waits for a decision/);
  await page.getByText('Attempt 2').first().waitFor();
});

test('home shows what waits for a person, and the button that unblocks it', async () => {
  await startFromTable('barbara', 'Hello');
  await page.goto('/');
  const decide = page.getByRole('button', { name: 'Decide on check of barbara' });
  await decide.waitFor();
  await takePicture(page, 'home-needs-attention');
  await decide.click();
  const dialog = page.getByRole('dialog', { name: /Decide on check of barbara/ });
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await decide.waitFor({ state: 'hidden' });
});

test('cancel names the run, and the candidate can start again at once', async () => {
  await startFromTable('grace', 'Hello');
  await openRun('grace');
  await says(/waits for a decision/);
  await actions().getByRole('button', { name: 'Cancel the run…' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Cancel the run of grace?' });
  await expectAccessible(page);
  await takePicture(page, 'run-cancel-dialog');
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('Not now.');
  await dialog.getByRole('button', { name: /^Cancel the run/ }).click();
  await says(/the last run was cancelled/);
  await actions().getByRole('button', { name: 'Start…' }).waitFor();
});

test('a filter survives reload and back', async () => {
  await page.goto(`${MIGRATION}?status=not_started`);
  await page
    .getByRole('table', { name: 'Candidates' })
    .or(page.getByRole('grid', { name: 'Candidates' }))
    .waitFor();
  await page.getByText('margaret').first().waitFor();
  await page.reload();
  expect(new URL(page.url()).searchParams.get('status')).toBe('not_started');
  await page.getByText('margaret').first().click();
  await page.getByRole('heading', { level: 1, name: 'margaret' }).waitFor();
  await page.goBack();
  expect(new URL(page.url()).searchParams.get('status')).toBe('not_started');
});

test('the palette finds a page, by keyboard alone', async () => {
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search or jump to' }).waitFor();
  await page.keyboard.type('Workers');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Workers' }).waitFor();
});

test('the palette finds a candidate from any page', async () => {
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search or jump to' }).waitFor();
  await page.keyboard.type('bill');
  const found = page.getByRole('menuitem', { name: /^billing .*A chart for each application$/ });
  await found.waitFor();
  await takePicture(page, 'palette-candidate');
  await found.click();
  await page.getByRole('heading', { level: 1, name: 'billing' }).waitFor();
});

test('the palette leads to a worker, where it stands among others', async () => {
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search or jump to' }).waitFor();
  await page.keyboard.type('hello');
  await page.getByRole('menuitem', { name: /^hello\S* Worker$/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Workers' }).waitFor();
  expect(new URL(page.url()).hash).toMatch(/^#hello/);
  const app = page.locator('section[data-meant]');
  await app.getByRole('heading', { level: 2, name: /^hello/ }).waitFor();
  await takePicture(page, 'workers-meant');
});

test('a server that does not answer is said on the page, which recovers by itself', async () => {
  await page.goto('/workers');
  await page.getByRole('heading', { level: 1, name: 'Workers' }).waitFor();
  await page.getByText('hello-world').first().waitFor();
  await page.route('**/api/**', (route) => route.abort());
  await says(/cannot be reached|does not answer|not reachable|No answer/i);
  await takePicture(page, 'server-away');
  await page.unroute('**/api/**');
  await page
    .getByText(/cannot be reached|does not answer|not reachable|No answer/i)
    .first()
    .waitFor({ state: 'hidden' });
});
