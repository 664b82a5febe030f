// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { DryRun, RequiredInput } from '../../shared/contract.ts';
import { renderPage } from '../../testing/render-page.tsx';
import { aCandidate, aMigration, anInput, aTime } from '../../testing/samples.ts';
import { aProblem, type Received, type Reply, stubServer } from '../../testing/stub-server.ts';

const path = '/migrations/sample/candidates/acme%2Fbilling';
const id = '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d';
const made: DryRun = {
  id,
  migrationId: 'sample',
  candidateId: 'acme/billing',
  state: 'completed',
  startedAt: aTime,
  inputs: { ticket: 'A-1' },
  revision: 'a'.repeat(64),
  steps: [
    {
      name: 'first',
      message: 'Opens one pull request.',
      changes: [
        { repo: 'acme/billing', path: 'a.yaml', status: 'modified', before: 'a: 1\n', after: 'a: 2\n' },
      ],
    },
    { name: 'second', skipped: true },
    { name: 'third', error: 'It would break.' },
  ],
};

const otherPath = '/migrations/sample/candidates/acme%2Fledger';
const other: DryRun = { ...made, id: id.replace('01931f6a', '01931f6b'), candidateId: 'acme/ledger' };

/** The candidates for which a preview was asked for. */
const asked = (received: readonly Received[]) =>
  received
    .filter((one) => one.path.endsWith('/dry-run'))
    .map(({ body }) => (body as { readonly candidateId: string }).candidateId);

function serve(
  onDryRun: (request: Received) => Reply | Promise<Reply>,
  read: () => DryRun = () => made,
  requiredInputs: RequiredInput[] = [],
) {
  return stubServer((request) => {
    if (request.path === '/migrations/sample') return { body: aMigration({ requiredInputs }) };
    if (request.path === path) return { body: aCandidate() };
    if (request.path === otherPath) return { body: aCandidate({ id: 'acme/ledger' }) };
    if (request.path === '/migrations/sample/dry-run') return onDryRun(request);
    if (request.path === `/dry-runs/${id}`) return { body: read() };
    if (request.path === `/dry-runs/${other.id}`) return { body: other };
    if (request.path === `${path}/start`) return { status: 202, body: { runId: id } };
    return aProblem('not-found', 404);
  });
}

describe('the preview', () => {
  it('is made at once where no input is missing, and shows what each step would do', async () => {
    serve(() => ({ body: made }));
    const { history } = renderPage(`${path}/preview`);
    await screen.findByText(
      /1 step would fail; 1 step changes 1 file in 1 repository; 1 step has nothing to do\./,
    );
    expect(history.location.search).toBe(`?dryRun=${id}`);
    await screen.findAllByText('1 line added, 1 removed');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('It would break.');
    expect(await screen.findAllByRole('table')).toHaveLength(1);
  });

  it('asks for the inputs first where one is missing', async () => {
    const { received } = serve(() => ({ body: made }), undefined, [anInput('ticket', { label: 'Ticket' })]);
    renderPage(`${path}/preview`);
    await screen.findByText('Nothing is previewed yet');
    fireEvent.click(screen.getByRole('button', { name: 'Preview' }));
    await screen.findByText('Give Ticket a value.');
    fireEvent.change(screen.getByLabelText('Ticket'), { target: { value: 'A-1' } });
    fireEvent.click(screen.getByRole('button', { name: 'Preview' }));
    await screen.findByText(/1 step changes 1 file/);
    const sent = received.find(({ path: asked }) => asked.endsWith('/dry-run'));
    expect(sent?.body).toEqual({ candidateId: 'acme/billing', inputs: { ticket: 'A-1' } });
  });

  it('is waited for when it takes long', async () => {
    let reads = 0;
    const running: DryRun = { ...made, state: 'running', steps: [] };
    serve(
      () => ({ status: 202, body: running, headers: { location: `/dry-runs/${id}` } }),
      () => (++reads < 2 ? running : made),
    );
    renderPage(`${path}/preview`);
    await screen.findByText(/The worker makes the preview/);
    await screen.findByText(/1 step changes 1 file/);
    expect(reads).toBe(2);
  });

  it('is the same again after a reload, and starts a run with exactly its inputs', async () => {
    const { received } = serve(() => aProblem('unavailable', 503), undefined, [anInput('ticket')]);
    const { history } = renderPage(`${path}/preview?dryRun=${id}`);
    const form = await screen.findByRole('region', { name: 'Inputs of the preview' });
    const field = within(form).getByLabelText('ticket');
    expect((field as HTMLInputElement).value).toBe('A-1');
    fireEvent.change(field, { target: { value: 'changed since' } });
    fireEvent.click(within(form).getByRole('button', { name: 'Start with exactly these inputs' }));
    await screen.findByText('Started acme/billing.');
    expect(received.find(({ path: asked }) => asked.endsWith('/start'))?.body).toEqual({
      inputs: { ticket: 'A-1' },
    });
    expect(history.location.pathname).toBe(path);
  });

  it('shows the answer to what was asked last, in whatever order the answers come (trap 15)', async () => {
    let answer = (_: Reply) => {};
    const late = new Promise<Reply>((resolve) => {
      answer = resolve;
    });
    const { received } = serve((request) =>
      (request.body as { candidateId: string }).candidateId === 'acme/ledger' ? { body: other } : late,
    );
    const { history, client } = renderPage(`${path}/preview`);
    await waitFor(() => expect(asked(received)).toEqual(['acme/billing']));
    history.push(`${otherPath}/preview`);
    await screen.findByRole('heading', { name: 'Preview of acme/ledger' });
    await screen.findByText(/1 step changes 1 file/);
    expect(asked(received)).toEqual(['acme/billing', 'acme/ledger']);

    answer({ body: made });
    // All of it has arrived once it is kept for who comes back.
    await waitFor(() => expect(client.getQueryData(['getDryRun', id])).toBeDefined());
    expect(screen.getByRole('heading', { name: 'Preview of acme/ledger' })).toBeDefined();
    expect(history.location.search).toBe(`?dryRun=${other.id}`);
  });

  it('that failed as a whole says why', async () => {
    serve(() => ({ body: { ...made, state: 'failed', error: 'It cannot be cloned.', steps: [] } }));
    renderPage(`${path}/preview`);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('It cannot be cloned.');
  });
});
