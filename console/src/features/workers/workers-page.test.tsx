// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { Instance, WorkerApp } from '../../shared/contract.ts';
import { renderPage } from '../../testing/render-page.tsx';
import { anInstance, aPause, aTime } from '../../testing/samples.ts';
import { aProblem, type Reply, stubServer } from '../../testing/stub-server.ts';

const inFlight = {
  ...{ instanceId: 'i-1', migrationId: 'sample', candidateId: 'acme/billing', runId: 'r-1' },
  ...{ stepName: 'values', phase: 'compensate', attempt: 2, since: aTime },
};

function serve(
  instances: readonly Instance[],
  { app = {}, write = { body: aPause() } }: { app?: Partial<WorkerApp>; write?: Reply } = {},
) {
  const charts = {
    workerApp: 'charts',
    migrations: ['sample'],
    parked: 0,
    instances: [...instances],
    ...app,
  };
  return stubServer(({ method, path }) => {
    if (method === 'POST') return write;
    if (path === '/workers') return { body: { items: [charts] } };
    if (path.startsWith('/workers/charts/attempts')) return { body: { items: [inFlight], total: 300 } };
    return { body: { items: [] } };
  });
}

const draining = { state: 'draining', draining: aPause({ reason: 'A new node.' }), busy: 2 } as const;

describe('the workers page', () => {
  it('shows how each instance is', async () => {
    serve([
      anInstance({ latencyMs: 12.4, busy: 3, version: '1.2.0' }),
      anInstance({
        instanceId: 'i-2',
        latencyMs: 2_400,
        lastError: { at: aTime, message: 'It answered 500.' },
        findings: [{ migrationId: 'sample', severity: 'warning', path: '/steps/0', message: 'Mend it.' }],
      }),
      anInstance({ instanceId: 'i-3', state: 'draining' }),
    ]);
    renderPage('/workers');
    const table = await screen.findByRole('table', { name: 'Instances of charts' });
    const [, one, two, three] = within(table).getAllByRole('row');
    expect(one?.textContent).toMatch(/i-1.*Ready.*3.*12 ms.*1\.2\.0.*none/);
    expect(two?.textContent).toMatch(/2\.4 s.*failed .*1 finding/);
    expect(three?.textContent).toContain('Leaving');
    expect(within(three ?? table).queryByRole('button')).toBeNull();
  });

  it('leads to the app that the address names, as soon as it is there', async () => {
    const scrolled = vi.fn();
    Element.prototype.scrollIntoView = function (this: Element) {
      scrolled(this.id);
    };
    serve([anInstance()]);
    renderPage('/workers#charts');
    await waitFor(() => expect(scrolled).toHaveBeenCalledWith('charts'));
  });

  it('opens an instance with its findings, its last error, and its steps, which link to their runs', async () => {
    serve([
      anInstance({
        busy: 300,
        lastError: { at: aTime, message: 'It answered 500.' },
        findings: [{ migrationId: 'sample', severity: 'warning', path: '/steps/0', message: 'Mend it.' }],
      }),
    ]);
    const { router } = renderPage('/workers');
    fireEvent.click(await screen.findByRole('link', { name: 'i-1' }));
    const drawer = await screen.findByRole('dialog', { name: 'i-1' });
    await within(drawer).findByText(/It answered 500/);
    expect(within(drawer).getByText(/Mend it/)).toBeTruthy();
    const link = await within(drawer).findByRole('link', { name: 'acme/billing' });
    expect(link.getAttribute('href')).toContain('/candidates/acme%2Fbilling?run=r-1&step=values');
    expect(within(drawer).getByText(/undo of values, attempt 2/)).toBeTruthy();
    expect(within(drawer).getByText('The 200 longest of 300.')).toBeTruthy();
    expect(router.state.location.searchStr).toBe('?app=charts&instance=i-1');
    fireEvent.click(within(drawer).getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(router.state.location.searchStr).toBe(''));
  });

  it('says so when the instance that is open is gone', async () => {
    serve([anInstance()]);
    renderPage('/workers?app=charts&instance=i-9');
    await screen.findByText('This instance is gone');
  });
});

describe('many worker apps', () => {
  const app = (workerApp: string, instances: readonly Instance[]) => ({
    ...{ workerApp, migrations: [], parked: 0, instances },
  });

  it('are counted, and narrowed to those that are not healthy, also while an instance is open', async () => {
    stubServer(({ path }) => {
      if (path !== '/workers') return { body: { items: [], total: 0 } };
      const away = anInstance({ instanceId: 'i-away', state: 'dead' });
      return { body: { items: [app('charts', [anInstance()]), app('renames', [away])] } };
    });
    const { history } = renderPage('/workers');
    await screen.findByText('2 worker apps, 2 instances');
    fireEvent.click(screen.getByRole('button', { name: 'Not healthy 1' }));
    await waitFor(() => expect(screen.queryByRole('heading', { name: 'charts' })).toBeNull());
    expect(history.location.search).toBe('?is=unwell');
    fireEvent.click(screen.getByRole('link', { name: 'i-away' }));
    const drawer = await screen.findByRole('dialog', { name: 'i-away' });
    expect(history.location.search).toBe('?is=unwell&app=renames&instance=i-away');
    fireEvent.click(within(drawer).getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(history.location.search).toBe('?is=unwell'));
  });

  it('lead back to all when none is unwell any more', async () => {
    serve([anInstance()]);
    const { history } = renderPage('/workers?is=unwell');
    await screen.findByText('No worker app fits this filter any more');
    fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
    await screen.findByRole('heading', { name: 'charts' });
    expect(history.location.search).toBe('');
  });
});

describe('draining', () => {
  it('says what becomes of its steps, and sends the reason', async () => {
    const server = serve([anInstance({ busy: 2 })]);
    renderPage('/workers');
    fireEvent.click(await screen.findByRole('button', { name: 'Drain i-1' }));
    const dialog = await screen.findByRole('dialog', { name: 'Drain i-1' });
    expect(dialog.textContent).toContain('It finishes the 2 steps that it has');
    expect(dialog.textContent).toContain('No other instance of charts lives');
    fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: 'A new node.' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Drain' }));
    await waitFor(() =>
      expect(server.received.find(({ method }) => method === 'POST')).toMatchObject({
        path: '/workers/charts/instances/i-1/drain',
        body: { reason: 'A new node.' },
      }),
    );
    expect(
      server.received.find(({ method }) => method === 'POST')?.headers.get('Idempotency-Key'),
    ).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('counts who takes over, and shows why it was refused', async () => {
    serve([anInstance(), anInstance({ instanceId: 'i-2' })], { write: aProblem('not-found', 404) });
    renderPage('/workers');
    fireEvent.click(await screen.findByRole('button', { name: 'Drain i-1' }));
    const dialog = await screen.findByRole('dialog', { name: 'Drain i-1' });
    expect(dialog.textContent).toContain(
      'It has nothing in flight and is given nothing new. 1 other instance of charts takes',
    );
    fireEvent.click(within(dialog).getByRole('button', { name: 'Drain' }));
    await within(dialog).findByText(/i-1 was not drained/);
  });

  it('is shown with who and why, until it is safe to stop, and can be ended', async () => {
    const server = serve([anInstance(draining)], { app: { parked: 2 } });
    const { unmount } = renderPage('/workers?app=charts&instance=i-1');
    const drawer = await screen.findByRole('dialog', { name: 'i-1' });
    expect(drawer.textContent).toContain('A new node. It finishes 2 steps and is given nothing new.');
    fireEvent.click(within(drawer).getByRole('button', { name: 'Resume i-1' }));
    const dialog = await screen.findByRole('dialog', { name: 'Resume i-1' });
    expect(dialog.textContent).toContain('2 runs that wait go on');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Resume' }));
    await waitFor(() =>
      expect(server.received.some(({ path }) => path === '/workers/charts/instances/i-1/resume')).toBe(true),
    );
    unmount();
    serve([anInstance({ ...draining, busy: 0, isDrained: true })]);
    renderPage('/workers?app=charts&instance=i-1');
    await screen.findByText(/Nothing is left: it can be stopped/);
    expect(screen.getAllByText('Drained, safe to stop').length).toBeGreaterThan(0);
  });
});
