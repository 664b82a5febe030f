// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { CandidateSummary, MigrationSummary } from '../../shared/contract.ts';
import { renderPage } from '../../testing/render-page.tsx';
import { aMigration, aRow } from '../../testing/samples.ts';
import { stubServer } from '../../testing/stub-server.ts';

const calm = { status: { not_started: 1, running: 0, completed: 2 }, runState: {} };

function serve(migrations: readonly MigrationSummary[]) {
  const waiting = aRow('acme/billing', {
    runState: 'awaiting_retry',
    step: 'first',
    stepIndex: 0,
    reason: 'It broke.',
    who: 'operator',
  });
  return stubServer(({ method, path }) => {
    if (method === 'POST') return { status: 202, body: { runId: 'r' } };
    if (path.startsWith('/migrations?')) return { body: { items: migrations, total: migrations.length } };
    const isCalm = migrations.every(({ counts }) => Object.keys(counts.runState).length === 0);
    if (path.startsWith('/attention?') && isCalm) return { body: { items: [], counts: {} } };
    const item = { migrationId: 'sample', migrationName: 'Sample', candidate: waiting };
    return { body: { items: [item], counts: { awaiting_retry: 1 } } };
  });
}

describe('the home page', () => {
  it('says what to do when no migration is announced', async () => {
    serve([]);
    renderPage('/');
    await screen.findByText('No migration is announced yet');
    expect(screen.getByText(`LOOM_SERVER_URL=${location.origin}`)).toBeDefined();
    expect(screen.getByRole('button', { name: 'Copy' })).toBeDefined();
  });

  it('is at ease when nothing needs a person', async () => {
    const { received } = serve([aMigration({ counts: calm })]);
    renderPage('/');
    await screen.findByText('Nothing needs you.');
    expect(received.every(({ path }) => /^\/(?:migrations|attention|dead-letters)\?/u.test(path))).toBe(true);
  });

  it('names what waits, why and on whom, with the button that unblocks it', async () => {
    const { received } = serve([aMigration()]);
    renderPage('/');
    await screen.findByRole('heading', { name: /Retry/ });
    expect(screen.getByText('It broke.')).toBeDefined();
    expect(screen.getByText('an operator must act.')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Retry first of acme/billing' }));
    await screen.findByText('Retrying acme/billing.');
    expect(received.find(({ method }) => method === 'POST')).toMatchObject({
      path: '/migrations/sample/candidates/acme%2Fbilling/retry-step',
      body: { stepName: 'first' },
    });
  });

  it.each([
    [6, 6],
    [7, 5],
  ])('of %i that wait shows %i at first', async (waiting, shown) => {
    const items = Array.from({ length: waiting }, (_, n) => ({
      ...{ migrationId: 'sample', migrationName: 'Sample' },
      candidate: aRow(`acme/${n}`, { runState: 'awaiting_retry', step: 'first', stepIndex: 0 }),
    }));
    stubServer(({ path }) =>
      path.startsWith('/attention?')
        ? { body: { items, counts: { awaiting_retry: waiting } } }
        : { body: { items: [aMigration()], total: 1 } },
    );
    renderPage('/');
    await screen.findByRole('button', { name: 'Retry first of acme/0' });
    expect(screen.getAllByRole('button', { name: /^Retry first of/ })).toHaveLength(shown);
    const more = screen.queryByRole('button', { name: /^Show/ })?.textContent;
    expect(more).toBe(shown === waiting ? undefined : `Show ${waiting - shown} more`);
  });

  it('leads to where a person acts outside of Loom, and to all that wait there', async () => {
    const asks = (id: string, more: Partial<CandidateSummary>) => ({
      ...{ migrationId: 'sample', migrationName: 'Sample' },
      candidate: aRow(id, { runState: 'pending', who: 'reviewer', step: 'merge', stepIndex: 1, ...more }),
    });
    const items = [
      asks('acme/billing', { prUrl: 'https://forge.test/acme/billing/pull/42' }),
      asks('acme/ticket', {}),
    ];
    stubServer(({ path }) =>
      path.startsWith('/attention?')
        ? { body: { items, counts: { pending: 120 } } }
        : { body: { items: [aMigration({ counts: { ...calm, runState: { pending: 130 } } })], total: 1 } },
    );
    renderPage('/');
    await screen.findByRole('heading', { name: /^Act outside of Loom/ });
    const pull = screen.getByRole('link', { name: 'Open pull request acme/billing#42' });
    expect(pull.getAttribute('href')).toBe('https://forge.test/acme/billing/pull/42');
    const run = screen.getByRole('link', { name: 'Open the run' });
    expect(run.getAttribute('href')).toBe('/migrations/sample/candidates/acme%2Fticket');
    const all = new URL(
      screen.getByRole<HTMLAnchorElement>('link', { name: 'All in Sample migration' }).href,
    );
    expect(all.searchParams.getAll('who')).toEqual(['reviewer', 'operator']);
    expect(all.searchParams.getAll('runState')).toEqual(['pending']);
  });

  it('shows each migration with one bar that can be read aloud', async () => {
    serve([aMigration()]);
    renderPage('/');
    const bar = await screen.findByRole('img', { name: /of 3 completed/ });
    expect(bar.getAttribute('aria-label')).toBe(
      '0 of 3 completed, 1 running, 1 of them failing, 2 not started',
    );
  });

  it('shows what a fortnight brought', async () => {
    const trend = [...Array.from({ length: 13 }, () => 2), 5];
    serve([aMigration({ counts: calm, trend }), aMigration({ id: 'other', name: 'Other', counts: calm })]);
    renderPage('/');
    await screen.findByRole('img', { name: '3 completed in the last 14 days' });
    expect(screen.getByRole('img', { name: 'None completed in the last 14 days' })).toBeDefined();
  });

  it('finds migrations by what is typed, and the text stands in the URL', async () => {
    serve([aMigration({ counts: calm }), aMigration({ id: 'other', name: 'Other', counts: calm })]);
    const { history } = renderPage('/');
    fireEvent.change(await screen.findByRole('searchbox'), { target: { value: 'oth' } });
    await waitFor(() => expect(history.location.search).toBe('?q=oth'));
    expect(screen.queryByRole('link', { name: 'Sample migration' })).toBeNull();
    expect(screen.getByRole('link', { name: 'Other' })).toBeDefined();
  });

  it('lists migrations by name, numbers by their size', async () => {
    serve([
      aMigration({ id: 'a', name: 'Node 26', counts: calm }),
      aMigration({ id: 'b', name: 'charts', counts: calm }),
      aMigration({ id: 'c', name: 'Node 9', counts: calm }),
    ]);
    renderPage('/');
    const table = await screen.findByRole('table', { name: 'Migrations' });
    const names = within(table)
      .getAllByRole('rowheader')
      .map((head) => within(head).getByRole('link').textContent);
    expect(names).toEqual(['charts', 'Node 9', 'Node 26']);
  });

  it('narrows the migrations to those that fail, in the URL, and back to all', async () => {
    const well = (name: string) => aMigration({ id: name, name, counts: calm, failing: 0 });
    serve([aMigration({ name: 'Broken' }), ...['Well', 'Fine', 'Good'].map(well)]);
    const { history } = renderPage('/');
    fireEvent.click(await screen.findByRole('button', { name: 'Failing 1' }));
    await waitFor(() => expect(history.location.search).toBe('?is=failing'));
    expect(screen.queryByRole('link', { name: 'Well' })).toBeNull();
    expect(screen.getByRole('link', { name: 'Broken' })).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Failing 1', pressed: true }));
    await screen.findByRole('link', { name: 'Well' });
    expect(history.location.search).toBe('');
  });

  it('says under which filter nothing is left', async () => {
    serve([aMigration({ counts: calm, failing: 0 })]);
    const { history } = renderPage('/?is=failing&q=samp');
    await screen.findByText('No migration under “Failing” contains “samp”');
    fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
    await screen.findByRole('link', { name: 'Sample migration' });
    expect(history.location.search).toBe('');
  });
});
