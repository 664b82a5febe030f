// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../../testing/render-page.tsx';
import { aMigration, anEvent } from '../../testing/samples.ts';
import { stubServer } from '../../testing/stub-server.ts';

const log = [
  anEvent('3', {
    type: 'step.failed',
    migrationId: 'sample',
    candidateId: 'a/b',
    data: { message: 'It broke.' },
  }),
  anEvent('2', { type: 'run.started', actor: { kind: 'person', id: 'local' } }),
  anEvent('1', { type: 'migration.announced', migrationId: 'sample' }),
];

function serve() {
  return stubServer(({ path }) => {
    const params = new URLSearchParams(path.split('?')[1]);
    const type = params.get('type');
    const fitting = log.filter((event) => type === null || event.type === type);
    const from = Number(params.get('cursor') ?? 0);
    const next = from + 2 < fitting.length ? { nextCursor: String(from + 2) } : {};
    return { body: { items: fitting.slice(from, from + 2), ...next } };
  });
}

describe('the activity', () => {
  it('names what happened, to what and by whom', async () => {
    serve();
    renderPage('/activity');
    const row = (await screen.findByText('It broke.')).closest('tr');
    expect(row?.textContent).toContain('step.faileda/bIt broke.engine system');
    expect(screen.getByRole('link', { name: 'a/b' }).getAttribute('href')).toBe(
      '/migrations/sample/candidates/a%2Fb',
    );
  });

  it('names a worker by its app, its instance on asking, and the time last', async () => {
    const actor = { kind: 'worker', id: 'charts/charts-1' } as const;
    stubServer(() => ({ body: { items: [anEvent('1', { type: 'step.accepted', actor })] } }));
    renderPage('/activity');
    const worker = await screen.findByRole('button', { name: 'charts' });
    expect(worker.getAttribute('title')).toBe('Only charts/charts-1');
    const heads = screen.getAllByRole('columnheader').map(({ textContent }) => textContent);
    expect(heads).toEqual(['Event', 'What', 'Who', 'When', 'Details']);
  });

  it('offers the migrations that there are, by name, while one is typed', async () => {
    stubServer(({ path }) =>
      path.startsWith('/migrations?')
        ? { body: { items: [aMigration()], total: 1 } }
        : { body: { items: log } },
    );
    const { history } = renderPage('/activity');
    const field = await screen.findByRole('combobox', { name: 'Migration to show' });
    await waitFor(() => {
      const [option] = (field as HTMLInputElement).list?.options ?? [];
      expect([option?.value, option?.label]).toEqual(['sample', 'Sample migration']);
    });
    fireEvent.change(field, { target: { value: 'sample' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add filter' }));
    await waitFor(() => expect(history.location.search).toBe('?migrationId=sample'));
  });

  it('is narrowed by what is clicked, and the filter stands in the URL', async () => {
    serve();
    const { history } = renderPage('/activity');
    fireEvent.click(await screen.findByRole('button', { name: 'run.started' }));
    await waitFor(() => expect(history.location.search).toBe('?type=run.started'));
    await waitFor(() => expect(screen.queryByText('It broke.')).toBeNull());
    fireEvent.click(screen.getByRole('button', { name: 'Remove filter: Type is run.started' }));
    await screen.findByText('It broke.');
  });

  it('says what was done at a repository, and to which worker', async () => {
    stubServer(() => ({
      body: {
        items: [
          anEvent('2', { type: 'operation', data: { kind: 'forge.pull_request.get', message: 'merged' } }),
          anEvent('1', { type: 'worker.drained', data: { workerApp: 'charts', instanceId: 'charts-1' } }),
        ],
      },
    }));
    renderPage('/activity');
    await screen.findByText('forge pull request get: merged');
    expect(screen.getByRole('link', { name: 'charts-1' }).getAttribute('href')).toBe(
      '/workers?app=charts&instance=charts-1',
    );
  });

  it('reaches back when it is asked to', async () => {
    serve();
    renderPage('/activity');
    fireEvent.click(await screen.findByRole('button', { name: 'Load older events' }));
    await screen.findByText('migration.announced');
    expect(screen.queryByRole('button', { name: 'Load older events' })).toBeNull();
  });

  it('shows the raw event', async () => {
    serve();
    renderPage('/activity?type=step.failed');
    fireEvent.click(await screen.findByRole('button', { name: 'Details' }));
    await screen.findByText('2026-11-20T10:00:00.000Z');
  });

  it('is narrowed by any fact that is typed, and what is shown can be exported', async () => {
    serve();
    const { history } = renderPage('/activity');
    const csv = await screen.findByRole('link', { name: 'Export CSV' });
    expect(csv.getAttribute('href')).toBe('/api/v1/events.csv');
    fireEvent.change(screen.getByRole('combobox', { name: 'Fact' }), { target: { value: '3' } });
    fireEvent.change(screen.getByRole('textbox', { name: 'Type to show' }), {
      target: { value: 'run.started' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Add filter' }));
    await waitFor(() => expect(history.location.search).toBe('?type=run.started'));
    expect(csv.getAttribute('href')).toBe('/api/v1/events.csv?type=run.started');
  });

  it('is narrowed to what was said in a time, which is typed as the clock on the wall has it', async () => {
    const { received } = serve();
    const { history } = renderPage('/activity?q=broke&since=yesterday');
    await screen.findByRole('button', { name: 'Remove filter: Text contains broke' });
    fireEvent.change(screen.getByRole('combobox', { name: 'Fact' }), { target: { value: '8' } });
    fireEvent.change(screen.getByLabelText('Latest time to show'), { target: { value: '2026-11-20T10:30' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add filter' }));
    const until = new Date('2026-11-20T10:30').toISOString();
    await screen.findByRole('button', { name: /^Remove filter: Latest time is 20 Nov 2026/ });
    const wanted = new URLSearchParams({ q: 'broke', until });
    expect(history.location.search).toBe(`?${wanted}`);
    await waitFor(() =>
      expect(
        received.some(
          ({ path }) =>
            path.includes(`until=${until}`) || path.includes(`until=${encodeURIComponent(until)}`),
        ),
      ).toBe(true),
    );
    expect(received.some(({ path }) => path.includes('since='))).toBe(false);
    expect(screen.queryByRole('button', { name: 'Live' })).toBeNull();
    const csv = screen.getByRole('link', { name: 'Export CSV' });
    expect(csv.getAttribute('href')).toBe(`/api/v1/events.csv?${wanted}`);
  });

  it('looks further back where none of the newest fits', async () => {
    stubServer(({ path }) =>
      path.includes('cursor=c1')
        ? { body: { items: [anEvent('1', { type: 'run.started' })] } }
        : { body: { items: [], nextCursor: 'c1' } },
    );
    renderPage('/activity?type=run.started');
    fireEvent.click(await screen.findByRole('button', { name: 'Look further back' }));
    await screen.findByRole('button', { name: 'run.started' });
  });

  it('stays as it is while it is not live', async () => {
    serve();
    const { history } = renderPage('/activity?type=step.failed');
    const live = await screen.findByRole('button', { name: 'Live' });
    expect(live.getAttribute('aria-pressed')).toBe('true');
    fireEvent.click(live);
    await waitFor(() => expect(history.location.search).toBe('?type=step.failed&live=off'));
    fireEvent.click(screen.getByRole('button', { name: 'Live' }));
    await waitFor(() => expect(history.location.search).toBe('?type=step.failed'));
  });
});
