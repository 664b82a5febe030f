// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { InspectionEntry, RunInspection } from '../../../shared/contract.ts';
import { renderPage } from '../../../testing/render-page.tsx';
import { aCandidate, aMigration, anInspection, aStep, aTime } from '../../../testing/samples.ts';
import { aProblem, type Reply, stubServer } from '../../../testing/stub-server.ts';

const path = '/migrations/sample/candidates/acme%2Fbilling';
const runId = '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d';
const open = aCandidate({ status: 'running', runState: 'in_progress', runId, step: 'first', since: aTime });
const entry = (eventId: number, over: Partial<InspectionEntry> = {}): InspectionEntry => ({
  ...{ part: 1, eventId, at: aTime, kind: 'step', text: `Event ${eventId}.` },
  ...over,
});

function serve(inspect: (query: URLSearchParams) => Reply, candidate = open) {
  const replies: Record<string, Reply> = {
    '/migrations/sample': { body: aMigration() },
    [path]: { body: candidate },
    [`${path}/steps`]: {
      body: {
        runId: candidate.runId,
        status: 'running',
        source: 'query',
        asOf: aTime,
        steps: [aStep('first')],
      },
    },
    [`${path}/runs`]: { body: { items: [], total: 0 } },
  };
  return stubServer(({ path: asked }) => {
    const url = new URL(asked, 'http://x');
    if (url.pathname === `${path}/runs/${runId}/inspection`) return inspect(url.searchParams);
    return replies[url.pathname] ?? { body: { items: [] } };
  });
}

const page = (body: Partial<RunInspection>): Reply => ({ body: anInspection(body) });

it('says what Temporal does now, how long the history is, and what happened', async () => {
  serve(() =>
    page({
      link: 'http://127.0.0.1:8233/namespaces/default/workflows/x',
      entries: [
        entry(9, { kind: 'timer', text: 'Waits for 10 min at most.', until: aTime }),
        entry(8, { text: 'A callback arrived.', bytes: 1_200 }),
        entry(7, { kind: 'store', text: 'It failed.', isProblem: true }),
      ],
    }),
  );
  renderPage(`${path}?view=inspector`);
  await screen.findByText(/Timer: time limit of the step/);
  expect(screen.getByRole('link', { name: 'Open in Temporal' }).getAttribute('href')).toContain('8233');
  expect(screen.getByRole('meter', { name: 'Events' }).getAttribute('aria-valuetext')).toBe('1,204 of 4,096');
  const rows = within(screen.getByRole('table', { name: /Events of the history/ })).getAllByRole('row');
  expect(rows.slice(1).map(({ textContent }) => textContent)).toEqual([
    expect.stringContaining('Waits for 10 min at most. Until'),
    expect.stringContaining('A callback arrived. 1,200 bytes'),
    expect.stringContaining('Problem: It failed.'),
  ]);
});

it('filters by kind through the address, and loads what is older', async () => {
  const server = serve((query) => {
    if (query.get('cursor') === 'older') return page({ entries: [entry(1, { text: 'The run began.' })] });
    return page({ entries: [entry(2)], nextCursor: 'older' });
  });
  const { router } = renderPage(`${path}?view=inspector`);
  fireEvent.click(await screen.findByRole('button', { name: 'Load older events' }));
  await screen.findByText('The run began.');
  expect(screen.getByText('Event 2.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Engine tasks' }));
  await waitFor(() => expect(router.state.location.searchStr).toContain('shows=task'));
  await waitFor(() => {
    const last = server.received.findLast(({ path: asked }) => asked.includes('/inspection'));
    expect(new URL(last?.path ?? '', 'http://x').searchParams.getAll('kind')).toContain('task');
  });
  expect(screen.getByRole('button', { name: 'Engine tasks' }).getAttribute('aria-pressed')).toBe('true');
});

it('says so when Temporal has forgotten the workflow, or does not answer', async () => {
  let reply = page({ state: 'not_found', note: 'Temporal no longer has it.', timers: [] });
  if (reply.body !== undefined) delete (reply.body as { history?: unknown }).history;
  serve(() => reply);
  const { unmount } = renderPage(`${path}?view=inspector`);
  await screen.findByText('Temporal no longer has it.');
  expect(screen.queryByRole('meter')).toBeNull();
  unmount();
  reply = aProblem('unavailable', 503, { detail: 'Temporal does not answer.' });
  serve(() => reply);
  renderPage(`${path}?view=inspector`);
  await screen.findByText(/Could not read what the engine has of the run/);
});

it('has a word for a candidate that was never started', async () => {
  const { runId: _, runState: __, ...never } = open;
  serve(() => page({}), { ...never, status: 'not_started' });
  renderPage(`${path}?view=inspector`);
  await screen.findByText('No run yet');
});
