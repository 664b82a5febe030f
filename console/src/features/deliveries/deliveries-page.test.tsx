// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../shared/contract.ts';
import { renderPage } from '../../testing/render-page.tsx';
import { aDefinition, aMigration, aTime } from '../../testing/samples.ts';
import { aProblem, type Received, type Reply, stubServer } from '../../testing/stub-server.ts';

const runId = '00000000-0000-4000-8000-000000000001';
const deliveryId = '00000000-0000-4000-8000-000000000002';
const message = { headers: {}, body: '', bytes: 0, isTruncated: false, isRedacted: false };

function aDelivery(id: string, over: Partial<Delivery> = {}): Delivery {
  return {
    ...{ id, at: aTime, durationMs: 12, direction: 'out', operation: 'dispatch-step' },
    ...{ url: 'http://worker/dispatch-step', outcome: 'accepted', status: 202, isVerified: true },
    ...{ workerApp: 'sample-worker', instanceId: 'i-1', migrationId: 'sample', candidateId: 'a/b' },
    ...{ runId, stepName: 'push', phase: 'execute', attempt: 2, traceId: 'f'.repeat(32) },
    request: { ...message, headers: { authorization: '[redacted]' }, body: '{"a":1}', bytes: 7 },
    ...over,
  };
}

function serve(deliveries: readonly Delivery[], act?: (request: Received) => Reply, testCallbacks = false) {
  const migration = aMigration({
    steps: [aDefinition('push'), aDefinition('look', { kind: 'review' }), aDefinition('wait')],
  });
  return stubServer((request) => {
    const [path = '', text] = request.path.split('?');
    const query = new URLSearchParams(text);
    if (path === '/healthz') return { body: { status: 'ok', testCallbacks } };
    if (request.method === 'POST' && act !== undefined) return act(request);
    if (path === '/migrations') return { body: { items: [migration], total: 1 } };
    if (path === '/migrations/sample') return { body: migration };
    const id = path.split('/')[2];
    if (path.startsWith('/deliveries') && id !== undefined) {
      const found = deliveries.find((one) => one.id === id);
      return found === undefined ? aProblem('not-found', 404) : { body: found };
    }
    if (path !== '/deliveries' || query.has('after')) return { body: { items: [] } };
    const fitting = deliveries.filter(
      ({ outcome }) => !query.has('outcome') || query.get('outcome') === outcome,
    );
    const from = Number(query.get('cursor') ?? 0);
    const next = from + 2 < fitting.length ? { nextCursor: String(from + 2) } : {};
    return { body: { items: fitting.slice(from, from + 2), ...next } };
  });
}

describe('the deliveries', () => {
  it('say what, to or from whom, of which run and what became of it', async () => {
    const stray = { id: 'two', isVerified: false, direction: 'in', operation: 'callback' } as const;
    const refused = { outcome: 'refused', status: 401, durationMs: 1_234 } as const;
    serve([aDelivery('one'), aDelivery('two', { ...stray, ...refused })]);
    renderPage('/deliveries');
    const row = (await screen.findByRole('link', { name: 'Dispatch' })).closest('tr');
    expect(row?.textContent).toContain(
      'DispatchOut push, attempt 2sample-workeri-1a/bsampleAccepted20212 ms',
    );
    expect(
      within(row as HTMLElement)
        .getByRole('link', { name: 'a/b' })
        .getAttribute('href'),
    ).toBe(`/migrations/sample/candidates/a%2Fb?run=${runId}`);
    const other = screen.getByRole('link', { name: 'Callback' }).closest('tr');
    expect(other?.textContent).toContain('a/bnot verifiedRefused4011.2 s');
    expect(within(other as HTMLElement).queryByRole('link', { name: 'a/b' })).toBeNull();
  });

  it('are filtered by chosen words and typed ones, in the URL', async () => {
    serve([aDelivery('one'), aDelivery('two', { operation: 'callback', outcome: 'refused' })]);
    const { history } = renderPage('/deliveries');
    await screen.findByRole('link', { name: 'Callback' });
    fireEvent.change(screen.getByRole('combobox', { name: 'Outcome to show' }), {
      target: { value: 'refused' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Add filter' }));
    await waitFor(() => expect(history.location.search).toBe('?outcome=refused'));
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Dispatch' })).toBeNull());
    fireEvent.click(screen.getByRole('button', { name: 'Remove filter: Outcome is Refused' }));
    await screen.findByRole('link', { name: 'Dispatch' });
    fireEvent.click(screen.getByRole('button', { name: 'Live' }));
    await waitFor(() => expect(history.location.search).toBe('?live=off'));
  });

  it('older than the first page load when they are asked for', async () => {
    serve(['one', 'two', 'three'].map((id) => aDelivery(id, { candidateId: id })));
    renderPage('/deliveries');
    fireEvent.click(await screen.findByRole('button', { name: 'Load older deliveries' }));
    await screen.findByRole('link', { name: 'three' });
    expect(screen.queryByRole('button', { name: 'Load older deliveries' })).toBeNull();
  });

  it('that there are none of say what to do', async () => {
    serve([]);
    renderPage('/deliveries');
    await screen.findByText('Nothing was said yet');
  });

  it('that fit no filter say so', async () => {
    serve([aDelivery('one')]);
    renderPage('/deliveries?outcome=busy');
    fireEvent.click(await screen.findByRole('button', { name: 'Clear the filters' }));
    await screen.findByRole('link', { name: 'Dispatch' });
  });
});

describe('one delivery', () => {
  const open = async (over: Partial<Delivery> = {}, act?: (request: Received) => Reply) => {
    const served = serve([aDelivery(deliveryId, over)], act);
    const page = renderPage(`/deliveries?delivery=${deliveryId}`);
    const drawer = await screen.findByRole('dialog', { name: /of push for a\/b$/ });
    return { ...served, ...page, drawer: within(drawer) };
  };

  it('is shown with headers and bodies, and says what is left out', async () => {
    const { drawer } = await open({
      detail: 'The name is taken.',
      problem: 'run-over',
      answer: { ...message, body: 'x'.repeat(9), bytes: 20_000, isTruncated: true, isRedacted: true },
    });
    expect((await drawer.findByLabelText('Body of the request')).textContent).toBe('{\n  "a": 1\n}');
    expect(drawer.getByText('[redacted]')).toBeTruthy();
    expect(drawer.getByText('The name is taken.')).toBeTruthy();
    expect(drawer.getByText('Of 20,000 bytes the first 16 KB are kept. Secrets are left out.')).toBeTruthy();
    expect(drawer.getByRole('link', { name: 'Timeline' }).getAttribute('href')).toBe(`/timeline?id=${runId}`);
  });

  it('without an answer says so, and a body that was too large', async () => {
    const request = { ...message, bytes: 300_000, isTruncated: true };
    const { drawer } = await open({ outcome: 'unreachable', request });
    await drawer.findByText('Nothing was answered.');
    expect(drawer.getByText('The body was too large to keep: 300,000 bytes.')).toBeTruthy();
  });

  it('is replayed only after asking, by its name', async () => {
    const { drawer, received, history } = await open({ operation: 'callback' }, () => ({
      ...{ status: 202, body: { runId, result: 'duplicate' } },
    }));
    fireEvent.click(await drawer.findByRole('button', { name: 'Replay…' }));
    const ask = await screen.findByRole('alertdialog', { name: 'Replay this delivery?' });
    expect(ask.textContent).toContain('Callback of push for a/b is taken as if it came now');
    expect(received.some(({ method }) => method === 'POST')).toBe(false);
    fireEvent.click(within(ask).getByRole('button', { name: 'Replay it' }));
    await screen.findByText(/It was known already, so nothing changed\./);
    expect(received.find(({ method }) => method === 'POST')?.path).toBe(`/deliveries/${deliveryId}/replay`);
    expect(history.location.search).toBe(`?delivery=${deliveryId}`);
  });

  it('that cannot be replayed says why', async () => {
    const { drawer } = await open({}, () => aProblem('run-over', 410));
    fireEvent.click(await drawer.findByRole('button', { name: 'Replay…' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Replay it' }));
    await screen.findByText('It was not replayed: title of run-over');
  });

  it('of which nothing can happen once more offers no replay', async () => {
    const { drawer } = await open({ operation: 'cancel-step' });
    await drawer.findByLabelText('Body of the request');
    expect(drawer.queryByRole('button', { name: 'Replay…' })).toBeNull();
  });

  it('that is no longer kept says so', async () => {
    serve([]);
    renderPage(`/deliveries?delivery=${deliveryId}`);
    await screen.findByText('This delivery is no longer kept');
  });

  it('whose id cannot be one is not asked for', async () => {
    const { received } = serve([]);
    renderPage('/deliveries?delivery=nope');
    await screen.findByText('This delivery is no longer kept');
    expect(received.some(({ path }) => path.includes('nope'))).toBe(false);
  });
});

describe('a test callback', () => {
  it('is not offered where the server does not allow it', async () => {
    serve([aDelivery('one')]);
    renderPage('/deliveries');
    await screen.findByRole('link', { name: 'Dispatch' });
    expect(screen.queryByRole('button', { name: 'Send a test callback…' })).toBeNull();
  });

  it('is sent for a step that a worker runs', async () => {
    const accepted = { status: 202, body: { runId, result: 'accepted', deliveryId: runId } };
    const { received } = serve([aDelivery('one')], () => accepted, true);
    renderPage('/deliveries?candidateId=a%2Fb');
    fireEvent.click(await screen.findByRole('button', { name: 'Send a test callback…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Send a test callback' }));
    const step = await dialog.findByRole('combobox', { name: 'Step' });
    await waitFor(() => expect(step.textContent).toBe('pushwait'));
    fireEvent.change(step, { target: { value: 'wait' } });
    fireEvent.change(dialog.getByRole('combobox', { name: 'Status' }), { target: { value: 'failed' } });
    fireEvent.change(dialog.getByLabelText(/^Message/), { target: { value: 'No.' } });
    fireEvent.change(dialog.getByLabelText(/^Outputs/), { target: { value: '[' } });
    fireEvent.click(dialog.getByRole('button', { name: 'Send it' }));
    await dialog.findByText(/^This is not JSON/);
    fireEvent.change(dialog.getByLabelText(/^Outputs/), { target: { value: '{"a":1}' } });
    fireEvent.click(dialog.getByRole('button', { name: 'Send it' }));
    await screen.findByText('Sent a test callback about wait of a/b.');
    const post = received.find(({ method }) => method === 'POST');
    expect(post?.path).toBe('/migrations/sample/candidates/a%2Fb/test-callback');
    expect(post?.body).toEqual({ stepName: 'wait', status: 'failed', message: 'No.', outputs: { a: 1 } });
  });

  it('needs a candidate, and says why it was not taken', async () => {
    serve([], () => aProblem('not-running', 409), true);
    renderPage('/deliveries');
    fireEvent.click(await screen.findByRole('button', { name: 'Send a test callback…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Send a test callback' }));
    await waitFor(() => expect(dialog.getByRole('combobox', { name: 'Step' }).textContent).toBe('pushwait'));
    fireEvent.click(dialog.getByRole('button', { name: 'Send it' }));
    await dialog.findByText('Name a candidate with an open run.');
    fireEvent.change(dialog.getByLabelText('Candidate'), { target: { value: 'x' } });
    fireEvent.click(dialog.getByRole('button', { name: 'Send it' }));
    await dialog.findByText('The callback was not taken: title of not-running');
  });
});
