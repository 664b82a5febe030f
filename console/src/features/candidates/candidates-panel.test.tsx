// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { renderPage } from '../../testing/render-page.tsx';
import { aMigration, aRow } from '../../testing/samples.ts';
import { type Answer, aProblem, stubServer } from '../../testing/stub-server.ts';

const rows = [
  aRow('acme/a', { labels: { team: 'earth' }, metadata: { language: 'Go' } }),
  aRow('acme/b', {
    status: 'running',
    runState: 'awaiting_retry',
    step: 'first',
    stepIndex: 0,
    reason: 'It broke.',
    who: 'operator',
    since: new Date(Date.now() - 3 * 3_600_000).toISOString(),
  }),
  aRow('acme/c'),
];

const labels = [
  {
    key: 'team',
    filterable: true,
    total: 2,
    values: [
      { value: 'earth', count: 12 },
      { value: 'mars', count: 3 },
    ],
  },
];

function serve(onWrite: Answer = () => ({ status: 202, body: { runId: 'r' } }), migration = aMigration()) {
  return stubServer((request) => {
    if (request.method === 'POST') return onWrite(request);
    if (request.path === '/migrations/sample') return { body: migration };
    if (request.path.startsWith('/migrations/sample/labels?')) return { body: { items: labels } };
    if (!request.path.startsWith('/migrations/sample/candidates?')) return aProblem('not-found', 404);
    const params = new URLSearchParams(request.path.split('?')[1]);
    const runStates = params.getAll('runState');
    const who = params.getAll('who');
    const q = params.get('q') ?? '';
    const items = rows.filter(
      (row) =>
        row.id.includes(q) &&
        (runStates.length === 0 || runStates.includes(row.runState ?? '')) &&
        (who.length === 0 || who.includes(row.who ?? '')),
    );
    return { body: { items, total: items.length } };
  });
}

// Virtual rows are laid out by the size of the window, which jsdom has but does not scroll.
beforeEach(() => {
  vi.spyOn(window, 'innerHeight', 'get').mockReturnValue(900);
});

describe('the candidates of a migration', () => {
  it('are a table whose rows read like a sentence, with the true total', async () => {
    serve();
    renderPage('/migrations/sample');
    const table = await screen.findByRole('table', { name: 'Candidates' });
    const row = (await within(table).findByRole('link', { name: 'acme/b' })).closest('tr');
    expect(row?.textContent).toContain('Awaiting retryIt broke.1 of 2 firstan operator');
    expect(screen.getByText('3 candidates')).toBeDefined();
  });

  it('have long names whole for those who listen, and labels in the order of the migration', async () => {
    const id = 'acme-international/a-service-with-a-long-name-1007';
    const row = aRow(id, { labels: { language: 'Go', odd: 'one', team: 'earth', tier: '1' } });
    stubServer(({ path }) => {
      if (path === '/migrations/sample')
        return { body: aMigration({ labelKeys: ['team', 'tier', 'language'] }) };
      if (path.includes('/labels?')) return { body: { items: [] } };
      return { body: { items: [row], total: 1 } };
    });
    renderPage('/migrations/sample');
    const link = await screen.findByRole('link', { name: id });
    expect(link.title).toBe(id);
    const labels = screen.getByTitle('team earth, tier 1, language Go, odd one');
    expect(labels.textContent).toBe('team earthtier 1language Goodd one');
  });

  it('say of what failed hours ago that it failed, since when and who must act, and never that it runs (trap 15)', async () => {
    serve();
    renderPage('/migrations/sample');
    const link = await screen.findByRole('link', { name: 'acme/b' });
    const row = link.closest('tr') as HTMLTableRowElement;
    expect(row.textContent).toContain('Awaiting retryIt broke.');
    expect(row.textContent).toMatch(/an operator.*3 h/);
    expect(row.textContent).not.toMatch(/running|in progress/i);
  });

  it('are counted anew as soon as a row shows that somebody acted, though nothing moves by itself', async () => {
    const waiting = aRow('acme/b', { status: 'running', runState: 'awaiting_approval', who: 'reviewer' });
    const counted = (runState: Readonly<Record<string, number>>) =>
      aMigration({ counts: { status: { not_started: 0, running: 1, completed: 0 }, runState }, failing: 0 });
    let [row, migration] = [waiting, counted({ awaiting_approval: 1 })];
    stubServer(({ path }) => {
      if (path === '/migrations/sample') return { body: migration };
      if (path.includes('/labels?')) return { body: { items: labels } };
      return { body: { items: [row], total: 1 } };
    });
    renderPage('/migrations/sample');
    await screen.findByRole('button', { name: /^Awaiting approval/ });
    [row, migration] = [{ ...waiting, runState: 'paused', who: 'operator' }, counted({ paused: 1 })];
    // Far sooner than what waits on people is read by itself.
    await screen.findByRole('button', { name: /^Paused ?1$/ }, { timeout: 10_000 });
  }, 15_000);

  it('are filtered by the server, and the filter stands in the URL', async () => {
    const { received } = serve();
    const { history } = renderPage('/migrations/sample');
    const group = await screen.findByRole('group', { name: 'Filter by status or run state' });
    fireEvent.click(within(group).getByRole('button', { name: /^Awaiting retry/ }));
    await waitFor(() => expect(history.location.search).toBe('?runState=awaiting_retry'));
    await waitFor(() => expect(screen.queryByRole('link', { name: 'acme/a' })).toBeNull());
    expect(received.some(({ path }) => path.includes('runState=awaiting_retry'))).toBe(true);
    fireEvent.click(screen.getByRole('button', { name: 'Remove filter: Run state is Awaiting retry' }));
    await screen.findByRole('link', { name: 'acme/a' });
    expect(history.location.search).toBe('');
  });

  it('filter by a label that is clicked', async () => {
    const { received } = serve();
    const { history } = renderPage('/migrations/sample');
    fireEvent.click(await screen.findByRole('button', { name: /team\s*earth/ }));
    await waitFor(() => expect(history.location.search).toBe('?label=team%3Dearth'));
    await waitFor(() => expect(received.some(({ path }) => path.includes('label=team%3Dearth'))).toBe(true));
  });

  it('filter by what a cell says when it is clicked', async () => {
    serve();
    const { history } = renderPage('/migrations/sample');
    fireEvent.click(await screen.findByTitle('Filter by waiting on an operator'));
    await waitFor(() => expect(history.location.search).toBe('?who=operator'));
    await screen.findByRole('button', { name: 'Remove filter: Waiting on an operator' });
    await waitFor(() => expect(screen.queryByRole('link', { name: 'acme/a' })).toBeNull());
    fireEvent.click(screen.getByTitle('Filter by awaiting retry'));
    await waitFor(() => expect(history.location.search).toContain('runState=awaiting_retry'));
  });

  it('offer the values of a label with how many have each, and take any other', async () => {
    serve();
    const { history } = renderPage('/migrations/sample');
    const open = async () =>
      fireEvent.click(await screen.findByRole('button', { name: /^Value of label team/ }));
    await open();
    const mars = await screen.findByRole('menuitemradio', { name: /mars/ });
    expect(mars.textContent).toContain('3');
    fireEvent.click(mars);
    await waitFor(() => expect(history.location.search).toBe('?label=team%3Dmars'));
    await open();
    fireEvent.click(await screen.findByRole('menuitemradio', { name: 'Another value…' }));
    fireEvent.change(await screen.findByRole('textbox', { name: 'Value of label team' }), {
      target: { value: 'venus' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Add label filter' }));
    await waitFor(() => expect(history.location.search).toBe('?label=team%3Dvenus'));
  });

  it('show the columns that were chosen, metadata too, also the next time', async () => {
    serve();
    const first = renderPage('/migrations/sample');
    fireEvent.click(await screen.findByRole('button', { name: 'Columns' }));
    fireEvent.click(await screen.findByRole('menuitemcheckbox', { name: 'language' }));
    await screen.findByRole('columnheader', { name: 'language', hidden: true });
    first.unmount();
    renderPage('/migrations/sample');
    await screen.findByRole('columnheader', { name: 'language' });
    expect(screen.getByText('Go')).toBeDefined();
  });

  it('say what to do when none fits', async () => {
    serve();
    renderPage('/migrations/sample?q=zzz');
    await screen.findByText('No candidate fits these filters');
    fireEvent.click(screen.getByRole('button', { name: 'Clear the filters' }));
    await screen.findByRole('link', { name: 'acme/a' });
  });

  it('start at once where no inputs are needed', async () => {
    const { received } = serve();
    renderPage('/migrations/sample');
    fireEvent.click(await screen.findByRole('button', { name: 'Start acme/a' }));
    await screen.findByText('Started acme/a.');
    expect(received.find(({ method }) => method === 'POST')).toMatchObject({
      path: '/migrations/sample/candidates/acme%2Fa/start',
      body: {},
    });
  });

  it('show one outcome each when several are started', async () => {
    serve(({ path }) =>
      path.includes('acme%2Fc') ? aProblem('run-open', 409) : { status: 202, body: { runId: 'r' } },
    );
    renderPage('/migrations/sample');
    for (const id of ['acme/a', 'acme/b', 'acme/c'])
      fireEvent.click(await screen.findByRole('checkbox', { name: `Select ${id}` }));
    fireEvent.click(screen.getByRole('button', { name: 'Start selected…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Start 2 candidates' });
    expect(within(dialog).getByText('a run is open')).toBeDefined();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Start 2 candidates' }));
    await screen.findByText('1 of 2 started, 1 refused.');
    expect(screen.getByText('Title of run-open')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Done' }));
    await screen.findByText('2 candidates selected');
  });

  it('are gone through with j and k and selected with x', async () => {
    serve();
    renderPage('/migrations/sample');
    await screen.findByRole('link', { name: 'acme/a' });
    fireEvent.keyDown(document.body, { key: 'j' });
    fireEvent.keyDown(document.body, { key: 'j' });
    await waitFor(() => expect(document.activeElement?.textContent).toBe('acme/b'));
    fireEvent.keyDown(document.body, { key: 'x' });
    await screen.findByText('1 candidate selected');
    fireEvent.keyDown(document.body, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByText('1 candidate selected')).toBeNull());
  });
});
