// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { CheckedBase, DryRun, RequiredInput } from '../../shared/contract.ts';
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
  bases: () => readonly CheckedBase[] = () => [],
) {
  return stubServer((request) => {
    if (request.path === '/migrations/sample') return { body: aMigration({ requiredInputs }) };
    if (request.path === path) return { body: aCandidate() };
    if (request.path === otherPath) return { body: aCandidate({ id: 'acme/ledger' }) };
    if (request.path === '/migrations/sample/dry-run') return onDryRun(request);
    if (request.path === `/dry-runs/${id}`) return { body: read() };
    if (request.path === `/dry-runs/${other.id}`) return { body: other };
    if (request.path === `/dry-runs/${id}/bases`) return { body: { items: bases() } };
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
    expect(within(form).getByRole('button', { name: 'Start with exactly these inputs' })).toBeDefined();
    fireEvent.change(field, { target: { value: 'changed since' } });
    expect(within(form).getByRole('status').textContent).toContain('is not in this preview');
    fireEvent.click(within(form).getByRole('button', { name: 'Start with the previewed inputs' }));
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

  const base = { repo: 'acme/billing', branch: 'main', commit: '0123456789abcdef' };
  const withBase: DryRun = { ...made, bases: [base] };

  it('says when its base has moved since, and is made again from there with the same inputs', async () => {
    const anew: DryRun = { ...made, bases: [{ ...base, commit: 'fedcba9876543210' }] };
    let now = withBase;
    const { received } = serve(
      () => {
        now = anew;
        return { body: anew };
      },
      () => now,
      [],
      () => [{ ...base, state: 'moved', now: 'fedcba9876543210' }],
    );
    renderPage(`${path}/preview?dryRun=${id}`);
    await screen.findByText('The base has moved');
    expect(screen.getByText(/^acme\/billing main is at fedcba98 now; what came since/)).toBeDefined();
    expect(screen.getByText('01234567')).toBeDefined();
    const status = screen.getByText('The base has moved').closest('[role=status]');
    fireEvent.click(within(status as HTMLElement).getByRole('button', { name: 'Preview again' }));
    await screen.findByText('fedcba98');
    expect(received.find(({ path: asked }) => asked.endsWith('/dry-run'))?.body).toEqual({
      ...{ candidateId: 'acme/billing', inputs: { ticket: 'A-1' } },
    });
  });

  it('says that nothing was pushed since, or that nobody can tell', async () => {
    let state: CheckedBase = { ...base, state: 'unknown', why: 'The worker cannot tell.' };
    serve(
      () => aProblem('unavailable', 503),
      () => withBase,
      [],
      () => [state],
    );
    renderPage(`${path}/preview?dryRun=${id}`);
    await screen.findByText('The worker cannot tell.');
    state = { ...base, state: 'current', now: base.commit };
    fireEvent.click(screen.getByRole('button', { name: 'Look again' }));
    await screen.findByText('Nothing was pushed to its base since');
  });

  it('is downloaded as a patch for git', async () => {
    const blobs: Blob[] = [];
    vi.stubGlobal(
      'URL',
      Object.assign(URL, {
        createObjectURL: (blob: Blob) => {
          blobs.push(blob);
          return 'blob:x';
        },
        revokeObjectURL: () => {},
      }),
    );
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
    serve(() => ({ body: made }));
    renderPage(`${path}/preview`);
    fireEvent.click(await screen.findByRole('button', { name: 'Download patch' }));
    await screen.findByText('The patch for acme/billing is on its way; git apply takes it.');
    expect(clicked).toHaveBeenCalledOnce();
    expect(await blobs[0]?.text()).toContain('--- a/a.yaml\n+++ b/a.yaml\n@@ -1,1 +1,1 @@\n-a: 1\n+a: 2\n');
  });

  it('asks for each input in the form of its type', async () => {
    const declared = [
      anInput('name', { pattern: '[a-z]+' }),
      anInput('replicas', { type: 'number' }),
      anInput('force', { type: 'boolean' }),
      anInput('tier', { type: 'enum', enum: ['gold', 'silver'] }),
      anInput('token', { type: 'secret' }),
    ];
    const { received } = serve(() => ({ body: made }), undefined, declared);
    renderPage(`${path}/preview`);
    const type = async (name: string, value: string) =>
      fireEvent.change(await screen.findByLabelText(name), { target: { value } });
    await type('name', 'abc');
    await type('replicas', 'many');
    await type('tier', 'gold');
    await type('token', 'hunter2');
    fireEvent.click(screen.getByLabelText('force'));
    expect(screen.getByText('Fits the pattern [a-z]+.')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Preview' }));
    await screen.findByText('Write a number, such as 3 or 0.5.');
    expect(screen.getByText(/^Name a secret, such as/)).toBeDefined();
    await type('replicas', '3');
    await type('token', 'secret:deploy-token');
    fireEvent.click(screen.getByRole('button', { name: 'Preview' }));
    await screen.findByText(/1 step changes 1 file/);
    expect(received.find(({ path: asked }) => asked.endsWith('/dry-run'))?.body).toMatchObject({
      inputs: { name: 'abc', replicas: 3, force: true, tier: 'gold', token: 'secret:deploy-token' },
    });
  });
});

describe('an address of nothing', () => {
  it('says that there is no such candidate, and where there are some', async () => {
    serve(() => ({ body: made }));
    renderPage('/migrations/sample/candidates/acme%2Fnope/preview');
    expect((await screen.findByRole('alert')).textContent).toContain('There is no candidate acme/nope');
    expect(screen.getByRole('link', { name: 'See the candidates' })).toBeDefined();
  });

  it('says that there is no such migration', async () => {
    serve(() => ({ body: made }));
    renderPage('/migrations/nope/candidates/acme%2Fbilling/preview');
    expect((await screen.findByRole('alert')).textContent).toContain('There is no migration nope');
  });

  it('leads from a preview that is not known to a new one, without asking for what cannot be', async () => {
    const { received } = serve(() => ({ body: made }));
    renderPage(`${path}/preview?dryRun=nope`);
    await screen.findByText('This preview is not known');
    expect(received.some(({ path: asked }) => asked.includes('nope'))).toBe(false);
    fireEvent.click(screen.getByRole('link', { name: 'Preview anew' }));
    await screen.findByText('Opens one pull request.');
  });
});
