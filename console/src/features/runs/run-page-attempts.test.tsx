// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../../testing/render-page.tsx';
import { aCandidate, aMigration, anAttempt, anEvent, aStep, aTime } from '../../testing/samples.ts';
import { aProblem, type Reply, stubServer } from '../../testing/stub-server.ts';

const path = '/migrations/sample/candidates/acme%2Fbilling';
const runId = '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d';
const traceId = '0af7651916cd43dd8448eb211c80319c';
const waiting = aCandidate({
  ...{ status: 'running', runState: 'pending', runId, step: 'open', stepIndex: 0, attempt: 2, since: aTime },
  ...{ who: 'reviewer', reason: 'Waiting for the merge of acme/billing#42' },
});
const pullRequest = {
  ...{ url: 'https://forge.test/acme/billing/pull/42', number: 42, title: 'Use version 2', state: 'open' },
  ...{ repository: 'acme/billing', base: 'main', head: 'loom/bump', mergeable: 'yes' },
  checks: [
    { name: 'unit', state: 'failed', url: 'https://ci.test/1' },
    { name: 'lint', state: 'passed' },
  ],
  reviews: [
    { author: 'ada', state: 'approved' },
    { author: 'alan', state: 'requested' },
  ],
  ...{ additions: 12, deletions: 3, changedFiles: 2, updatedAt: aTime },
};
const {
  outcome: _,
  endedAt: __,
  ...open
} = anAttempt({
  ...{ attempt: 2, message: 'Waiting for the merge of acme/billing#42' },
  ...{ inputs: { ticket: 'B-2' }, inputsVersion: 2, metadata: { prUrl: pullRequest.url, pullRequest } },
});
const steps = [
  aStep('open', {
    state: 'active',
    attempts: [
      anAttempt({ outcome: 'failed', message: 'The name is taken.', inputs: { ticket: 'A-1' } }),
      open,
    ],
  }),
];
const operations = [
  anEvent('2', {
    ...{ type: 'operation', stepName: 'open', attempt: 2, runId },
    data: {
      kind: 'git.push',
      repository: 'acme/billing',
      branch: 'loom/bump',
      result: 'ok',
      durationMs: 900,
    },
  }),
];

function serve(over: Readonly<Record<string, () => Reply>> = {}) {
  const run = {
    ...{ runId, kind: 'run', startedAt: aTime, actor: { kind: 'person', id: 'ada' } },
    ...{ revision: 'a', traceId },
  };
  const list = { runId, status: 'running', runState: 'pending', source: 'query', asOf: aTime, steps };
  const replies: Readonly<Record<string, () => Reply>> = {
    '/migrations/sample': () => ({ body: aMigration() }),
    [path]: () => ({ body: waiting }),
    [`${path}/steps`]: () => ({ body: list }),
    [`${path}/runs?limit=50`]: () => ({ body: { items: [run], total: 1 } }),
    ...over,
  };
  return stubServer((request) => {
    if (request.path.startsWith('/events?')) {
      expect(request.path).toContain('type=operation');
      return over['/events']?.() ?? { body: { items: operations } };
    }
    return replies[request.path]?.() ?? aProblem('not-found', 404);
  });
}

describe('the attempts of a step', () => {
  it('show the pull request with its checks and reviews, inputs and git operations', async () => {
    serve();
    renderPage(path);
    const card = await screen.findByRole('region', { name: 'Pull request #42' });
    expect(within(card).getByRole('link', { name: 'Use version 2' }).getAttribute('href')).toBe(
      pullRequest.url,
    );
    expect(card.textContent).toContain('acme/billing#42, from loom/bump into main');
    expect(card.textContent).toContain('2 files, +12 −3.');
    expect(card.textContent).toContain('No conflicts with main');
    expect(within(card).getByText('Checks: 1 failed, 1 passed')).toBeDefined();
    expect(within(card).getByRole('link', { name: 'unit' })).toBeDefined();
    expect(within(card).getByRole('list', { name: 'Reviews' }).textContent).toBe('ApprovedadaAskedalan');
    expect(await screen.findByText('Git and forge, 1 operation')).toBeDefined();
    expect(screen.getByText('git push')).toBeDefined();
    expect(screen.getByText('B-2')).toBeDefined();
  });

  it('say where what they did in git and at the forge could not be read, and try again', async () => {
    let isRefusing = true;
    serve({
      '/events': () => (isRefusing ? aProblem('internal', 500) : { body: { items: operations } }),
    });
    renderPage(path);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Could not read the git and forge operations: title of internal');
    expect(screen.getByText('B-2')).toBeDefined();
    isRefusing = false;
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    await screen.findByText('Git and forge, 1 operation');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('stand side by side, with what changed marked, and the URL knows which', async () => {
    serve();
    const { history } = renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Compare attempts' }));
    const comparison = await screen.findByRole('region', { name: 'Comparison of two attempts' });
    await waitFor(() => expect(history.location.search).toContain('compare=1-2'));
    const ticket = within(comparison).getByRole('row', { name: /^ticket/ });
    expect(ticket.textContent).toBe('ticketchangedA-1B-2');
    expect(within(comparison).getByRole('row', { name: /^Outcome/ }).textContent).toContain(
      'FailedUnder way',
    );
    fireEvent.change(within(comparison).getByRole('combobox', { name: 'Right attempt' }), {
      target: { value: '0' },
    });
    await within(comparison).findByText('Nothing but their times differs.');
    expect(history.location.search).toContain('compare=1-1');
    fireEvent.click(screen.getByRole('button', { name: 'Compare attempts' }));
    await waitFor(() => expect(history.location.search).not.toContain('compare'));
  });

  it('belong to a run that says who started it and how its trace is found', async () => {
    serve();
    renderPage(path);
    const about = await screen.findByRole('region', { name: 'About this run' });
    expect(about.textContent).toMatch(/^Started .* by ada, for /);
    const trace = within(about).getByRole('link', { name: 'Events of the trace' });
    expect(trace.getAttribute('href')).toBe(`/activity?traceId=${traceId}`);
  });
});

describe('while the run waits on a person', () => {
  it('the candidate is read often, and the rest only when it has changed', async () => {
    let candidate = { ...waiting, who: 'reviewer' as const };
    const { received } = serve({ [path]: () => ({ body: candidate }) });
    const { client } = renderPage(path);
    await screen.findByText('Git and forge, 1 operation');
    const slow = ['/migrations/sample', `${path}/runs`, '/events'];
    const reads = (place: string) => received.filter((one) => one.path.split('?')[0] === place).length;
    const first = slow.map(reads);
    const times = reads(path) + 2;
    await waitFor(() => expect(reads(path)).toBeGreaterThanOrEqual(times), { timeout: 10_000 });
    expect(slow.map(reads)).toEqual(first);
    candidate = { ...candidate, reason: 'Asked again.' };
    void client.invalidateQueries({ queryKey: ['getCandidate'] });
    await waitFor(() => expect(slow.map(reads)).toEqual(first.map((count) => count + 1)));
  }, 15_000);
});

describe('what is not there any more', () => {
  it('a candidate that vanishes while it is open is said, and shown again when it is back', async () => {
    let isGone = false;
    serve({ [path]: () => (isGone ? aProblem('not-found', 404) : { body: waiting }) });
    const { client } = renderPage(path);
    await screen.findByRole('region', { name: 'Pull request #42' });
    isGone = true;
    void client.invalidateQueries();
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('acme/billing is not there any more');
    expect(screen.queryByRole('region', { name: 'Actions' })).toBeNull();
    isGone = false;
    void client.invalidateQueries();
    await screen.findByRole('region', { name: 'Pull request #42' });
  });

  it('an address of no candidate says so', async () => {
    serve({ [path]: () => aProblem('not-found', 404) });
    renderPage(path);
    expect((await screen.findByRole('alert')).textContent).toContain('There is no candidate acme/billing');
  });

  it('an older run that is not known leads to the newest one', async () => {
    serve();
    renderPage(`${path}?run=01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c00`);
    await screen.findByText('This run is not known');
    expect(screen.queryByText(/This is an older run/)).toBeNull();
    fireEvent.click(screen.getByRole('link', { name: 'Show the newest run' }));
    await screen.findByRole('region', { name: 'Step open' });
  });

  it('a run whose id cannot be one is not asked for', async () => {
    const { received } = serve();
    renderPage(`${path}?run=nope`);
    await screen.findByText('This run is not known');
    expect(received.some(({ path: asked }) => asked.includes('nope'))).toBe(false);
  });
});
