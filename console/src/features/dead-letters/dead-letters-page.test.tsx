// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../shared/contract.ts';
import { renderPage } from '../../testing/render-page.tsx';
import { aTime } from '../../testing/samples.ts';
import { aProblem, type Received, type Reply, stubServer } from '../../testing/stub-server.ts';

const letterId = 'a'.repeat(32);

function aLetter(id: string, over: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id,
    at: aTime,
    kind: 'callback',
    migrationId: 'sample',
    candidateId: 'a/b',
    runId: '00000000-0000-4000-8000-000000000001',
    stepName: 'push',
    phase: 'execute',
    attempt: 2,
    why: `Why of ${id}.`,
    ...over,
  };
}

const aWebhook: DeadLetter = {
  ...{
    id: 'b'.repeat(32),
    at: aTime,
    kind: 'webhook',
    workerApp: 'pusher',
    instanceId: 'p-1',
    source: 'forge',
  },
  ...{ webhookId: 'd-1', why: 'No pull request.', body: { headers: {}, payload: '{}' } },
};

function serve(letters: readonly DeadLetter[], act?: (request: Received) => Reply | undefined) {
  const left = new Map(letters.map((letter) => [letter.id, letter]));
  return stubServer((request) => {
    const [path = '', query] = request.path.split('?');
    const [, , id = '', verb] = path.split('/');
    if (!path.startsWith('/dead-letters')) return { body: { items: [] } };
    if (verb !== undefined) {
      const reply = act?.(request);
      if (reply !== undefined) return reply;
      left.delete(id);
      return verb === 'drop' ? { status: 204 } : { status: 202, body: { runId: 'r' } };
    }
    if (id !== '') return left.has(id) ? { body: left.get(id) } : aProblem('not-found', 404);
    const params = new URLSearchParams(query);
    const fitting = [...left.values()].filter(
      ({ kind }) => !params.has('kind') || params.get('kind') === kind,
    );
    const from = Number(params.get('cursor') ?? 0);
    const to = from + Math.min(Number(params.get('limit')), 2);
    const next = to < fitting.length ? { nextCursor: String(to) } : {};
    return {
      body: {
        items: fitting.slice(from, to).map(({ body: _, ...one }) => one),
        total: fitting.length,
        ...next,
      },
    };
  });
}

describe('the dead letters', () => {
  it('say why, of what kind, of which run and step', async () => {
    serve([aLetter('one')]);
    renderPage('/dead-letters');
    const row = (await screen.findByText('Why of one.')).closest('tr');
    expect(row?.textContent).toContain('Why of one.Callbacka/bsamplepushattempt 2');
    const run = screen.getByRole('link', { name: 'a/b' });
    expect(run.getAttribute('href')).toBe(
      '/migrations/sample/candidates/a%2Fb?run=00000000-0000-4000-8000-000000000001',
    );
  });

  it('are counted in the navigation while there are any', async () => {
    serve([aLetter('one'), aLetter('two'), aLetter('three')]);
    renderPage('/activity');
    const link = await screen.findByRole('link', { name: /^Dead letters/ });
    expect(link.textContent).toBe('Dead letters 3');
  });

  it('that there are none of is a pleasant state, and the navigation says nothing', async () => {
    serve([]);
    renderPage('/dead-letters');
    await screen.findByText('No dead letters');
    expect(screen.queryByRole('link', { name: /^Dead letters/ })).toBeNull();
  });

  it('of a webhook are named by worker and delivery', async () => {
    serve([aWebhook]);
    renderPage('/dead-letters');
    const row = (await screen.findByText('No pull request.')).closest('tr');
    expect(row?.textContent).toContain('No pull request.Webhookpusherforged-1');
  });

  it('of a kind that this console does not know are named by its word, and can be filtered by it', async () => {
    serve([aLetter('one'), aLetter('two', { kind: 'web_hook' as 'callback' })]);
    const { history } = renderPage('/dead-letters');
    fireEvent.click(await screen.findByRole('button', { name: 'Web hook' }));
    await waitFor(() => expect(history.location.search).toBe('?kind=web_hook'));
    await waitFor(() => expect(screen.queryByText('Why of one.')).toBeNull());
    fireEvent.click(screen.getByRole('button', { name: 'Web hook' }));
    await screen.findByText('Why of one.');
  });

  it('beyond the first page load when they are asked for', async () => {
    serve([aLetter('one'), aLetter('two'), aLetter('three')]);
    renderPage('/dead-letters');
    fireEvent.click(await screen.findByRole('button', { name: 'Load more' }));
    await screen.findByText('Why of three.');
    expect(screen.queryByRole('button', { name: 'Load more' })).toBeNull();
  });
});

describe('one dead letter', () => {
  const open = async (over: Partial<DeadLetter> = {}, act?: (request: Received) => Reply | undefined) => {
    const served = serve([aLetter(letterId, { body: { status: 'succeeded' }, ...over })], act);
    const page = renderPage(`/dead-letters?letter=${letterId}`);
    const drawer = await screen.findByRole('dialog', { name: 'push of a/b, attempt 2' });
    return { ...served, ...page, drawer: within(drawer) };
  };

  it('is shown with its body and goes when it is requeued', async () => {
    const { drawer, received, history } = await open();
    expect((await drawer.findByLabelText('Body')).textContent).toBe('{\n  "status": "succeeded"\n}');
    fireEvent.click(drawer.getByRole('button', { name: 'Requeue' }));
    await screen.findByText('Requeued push of a/b, attempt 2.');
    await screen.findByText('No dead letters');
    expect(history.location.search).toBe('');
    expect(received.find(({ method }) => method === 'POST')?.path).toBe(`/dead-letters/${letterId}/requeue`);
  });

  it('stays when it still cannot be used, and says why', async () => {
    const { drawer } = await open({}, () => aProblem('run-not-open', 409));
    fireEvent.click(drawer.getByRole('button', { name: 'Requeue' }));
    await drawer.findByText('It was not requeued and stays here: title of run-not-open');
    expect(drawer.getByRole('button', { name: 'Requeue' })).toBeTruthy();
  });

  it('is dropped only after asking, by its name', async () => {
    const { drawer, received } = await open({ kind: 'step' });
    fireEvent.click(drawer.getByRole('button', { name: 'Drop…' }));
    const ask = await screen.findByRole('alertdialog', { name: 'Drop the given-up step?' });
    expect(ask.textContent).toContain('push of a/b, attempt 2 is forgotten');
    expect(received.some(({ method }) => method === 'POST')).toBe(false);
    fireEvent.click(within(ask).getByRole('button', { name: 'Drop it' }));
    await screen.findByText('Dropped push of a/b, attempt 2.');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('of a webhook says what requeuing does, and of which worker it is', async () => {
    serve([aWebhook]);
    renderPage(`/dead-letters?letter=${aWebhook.id}`);
    const drawer = within(await screen.findByRole('dialog', { name: 'Webhook d-1 of pusher' }));
    await drawer.findByText('Requeuing hands it to a live instance of its worker.');
    expect(drawer.getByText('p-1')).toBeTruthy();
    fireEvent.click(drawer.getByRole('button', { name: 'Drop…' }));
    const ask = await screen.findByRole('alertdialog', { name: 'Drop the webhook?' });
    expect(ask.textContent).not.toContain('The run stays');
  });

  it('that somebody else requeued meanwhile says so', async () => {
    serve([]);
    renderPage(`/dead-letters?letter=${letterId}`);
    await screen.findByText('It is no dead letter any more');
  });

  it('whose id cannot be one is not asked for', async () => {
    const { received } = serve([]);
    renderPage('/dead-letters?letter=nope');
    await screen.findByText('It is no dead letter any more');
    expect(received.some(({ path }) => path.includes('nope'))).toBe(false);
  });
});
