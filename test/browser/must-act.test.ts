import type { Page } from 'playwright-core';
import { afterAll, expect, inject, onTestFinished, test } from 'vitest';
import { candidateAt, getCandidate, startForSure } from '../support/api.ts';
import { until } from '../support/until.ts';
import { openBadProxy } from './bad-proxy.ts';
import { expectAccessible, hasten, openPage, takePictures } from './open-page.ts';
import { api, startWorker, untilCandidateIs } from './stage.ts';

const MIGRATION = 'harbour';
const SHIPS = ['beagle', 'fram', 'gjoa', 'vega'] as const;

const proxy = await openBadProxy(inject('consoleUrl'));
afterAll(() => proxy.stop());

/** A first step that can be done and whose undo fails, and a decision that is overdue after a second. */
await startWorker({
  id: MIGRATION,
  name: 'A harbour for each ship',
  steps: [
    { name: 'moor', compensable: true },
    { name: 'clear', kind: 'review', review: { approvals: 1, escalateAfterMs: 1_000 } },
  ],
  candidates: SHIPS.map((id) => ({ id })),
  onDispatch: (dispatch, self) => {
    const said =
      dispatch.phase === 'compensate'
        ? ({ status: 'failed', message: 'The rope is stuck.', retryable: false } as const)
        : ({ status: 'succeeded', message: 'Moored.' } as const);
    setImmediate(() => void self.report(dispatch, said));
    return { status: 202 };
  },
});
for (const id of SHIPS) await startForSure(api, MIGRATION, id);
for (const id of SHIPS) await waits(id, 'awaiting_approval');

/** Until an operator must act on it. */
async function waits(id: string, runState: string): Promise<void> {
  await until(`${id} to wait for an operator`, async () => {
    const candidate = await getCandidate(api, MIGRATION, id);
    return candidate.runState === runState && candidate.who === 'operator';
  });
}

const at = (id: string) => `/migrations/${MIGRATION}/candidates/${id}`;

async function open(path: string): Promise<Page> {
  const page = await openPage('about:blank', { baseURL: proxy.url });
  onTestFinished(() => proxy.treat('pass'));
  await page.clock.install();
  await page.goto(path);
  return page;
}

test('a decision that is overdue is marked as such on the run, in the list and on home', async () => {
  const page = await open(at('beagle'));
  await page.getByRole('heading', { level: 1, name: 'beagle' }).waitFor();
  await page
    .getByRole('navigation', { name: /^Steps,/ })
    .getByText('Approval overdue')
    .waitFor();
  await page.getByRole('region', { name: 'Step clear' }).getByText('Approval overdue').first().waitFor();
  await expectAccessible(page);
  await takePictures(page, 'overdue-run');
  await page.goto(`/migrations/${MIGRATION}`);
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'beagle' }) });
  await row.getByText('Approval overdue').waitFor();
  await takePictures(page, 'overdue-list');
  // What is filtered by is the state, which the overdue ones share with the others.
  await row.getByRole('button', { name: 'Approval overdue' }).click();
  await page.getByRole('button', { name: /^Remove filter: Run state is Awaiting approval/ }).waitFor();
  await page.goto('/');
  const waiting = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'beagle' }) });
  await waiting.getByText('Overdue', { exact: true }).waitFor();
  await waiting.getByText('an operator must act.').waitFor();
  await takePictures(page, 'overdue-home');
});

test('an undo that failed looks like what waits for an operator, and its event says why', async () => {
  const { response } = await api.POST('/migrations/{migrationId}/candidates/{candidateId}/cancel', {
    ...candidateAt(MIGRATION, 'fram'),
    body: { compensate: true, reason: 'Wrong harbour.' },
  });
  expect(response.status).toBe(202);
  await waits('fram', 'compensating');
  const page = await open(at('fram'));
  await page.getByRole('main').getByText('Undo awaiting retry').first().waitFor();
  await page.getByRole('region', { name: 'Step moor' }).getByText('The rope is stuck.').waitFor();
  await takePictures(page, 'undo-awaits-retry');
  await page.goto(`/migrations/${MIGRATION}`);
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'fram' }) });
  await row.getByText('Undo awaiting retry').waitFor();
  await page.goto(`${at('fram')}?view=events`);
  const failed = page.getByRole('row').filter({ hasText: 'step.failed' });
  await failed.getByText('The rope is stuck.').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-events-messages');
});

test('a run is cancelled without knowing what is undone only when that is chosen', async () => {
  const page = await open(at('gjoa'));
  proxy.treat('problem', /\/cancel\?preview/);
  await page.getByRole('button', { name: 'Cancel the run…' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Cancel the run of gjoa?' });
  await dialog
    .getByRole('alert')
    .getByText(/^What would be undone is not known/)
    .waitFor();
  await dialog.getByRole('button', { name: 'Cancel the run', exact: true }).click();
  await dialog.getByText('Choose this, or wait until it is known.').waitFor();
  await expectAccessible(page);
  await takePictures(page, 'cancel-blind');
  expect((await getCandidate(api, MIGRATION, 'gjoa')).runState).toBe('awaiting_approval');
  await dialog.getByRole('checkbox', { name: 'Cancel the run all the same' }).check();
  await dialog.getByRole('button', { name: 'Cancel the run', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await untilCandidateIs(MIGRATION, 'gjoa', 'not_started');
});

test('what of a run cannot be read says so and is tried again: its operations, and what a roll back undoes', async () => {
  const { response } = await api.POST('/migrations/{migrationId}/candidates/{candidateId}/approve-step', {
    ...candidateAt(MIGRATION, 'vega'),
    body: { stepName: 'clear', decision: 'approved' },
  });
  expect(response.status).toBe(202);
  await untilCandidateIs(MIGRATION, 'vega', 'completed');
  proxy.treat('problem', /\/compensate\?preview|\/events\?.*type=operation/);
  const page = await open(at('vega'));
  const unread = page.getByText(/^Could not read the git and forge operations/);
  const unknown = page.getByText(/^Whether the last run can be rolled back is not known/);
  await unread.waitFor();
  await unknown.waitFor();
  await expectAccessible(page);
  await takePictures(page, 'run-parts-unread');
  proxy.treat('pass');
  await page.getByRole('region', { name: 'Actions' }).getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('button', { name: 'Roll back…' }).waitFor();
  await unknown.waitFor({ state: 'hidden' });
  await hasten(page, 'the operations to be read', () => unread.isHidden());
});

test('on a phone the run has one row of actions, and the rest in a menu', async () => {
  const page = await open(at('beagle'));
  await page.setViewportSize({ width: 375, height: 812 });
  const bar = page.getByRole('region', { name: 'Actions' });
  await bar.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Cancel the run…' }).waitFor();
  await takePictures(page, 'run-more-actions');
  await page.setViewportSize({ width: 375, height: 812 });
  // Whether the menu was still open while its pictures were taken is the machine's.
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  await bar.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Cancel the run…' }).click();
  await page.getByRole('alertdialog', { name: 'Cancel the run of beagle?' }).waitFor();
  await page.keyboard.press('Escape');
  expect((await bar.boundingBox())?.height).toBeLessThan(100);
});

test('on a phone the candidates begin in the upper half, and every filter is at hand', async () => {
  const page = await open(`/migrations/${MIGRATION}`);
  await page.setViewportSize({ width: 375, height: 812 });
  const first = page.getByRole('link', { name: 'beagle' });
  await first.waitFor();
  const [banner, row] = await Promise.all([page.getByRole('banner').boundingBox(), first.boundingBox()]);
  if (banner === null || row === null) throw new Error('They are not to be seen.');
  expect(row.y - (banner.y + banner.height)).toBeLessThan(320);
  const waitingOn = page.getByRole('button', { name: 'Waiting on' });
  expect(await waitingOn.isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Filter and sort' }).click();
  await waitingOn.waitFor();
  for (const name of ['Sort', 'Columns'])
    expect(await page.getByRole('button', { name, exact: true }).isVisible()).toBe(true);
  expect(await page.getByRole('link', { name: 'Export CSV' }).isVisible()).toBe(true);
  await takePictures(page, 'candidates-folded-filters');
});
