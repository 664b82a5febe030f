// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { Candidate, RunSummary, StepView } from '../../shared/contract.ts';
import { renderPage } from '../../testing/render-page.tsx';
import { aCandidate, aMigration, anAttempt, anInput, aStep, aTime } from '../../testing/samples.ts';
import { type Answer, aProblem, type Reply, stubServer } from '../../testing/stub-server.ts';

const path = '/migrations/sample/candidates/acme%2Fbilling';
const failed = aCandidate({
  status: 'running',
  runState: 'awaiting_retry',
  runId: '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d',
  step: 'second',
  stepIndex: 1,
  attempt: 1,
  since: aTime,
  who: 'operator',
  reason: 'The name is taken.',
  inputs: { ticket: 'A-1' },
});

const { runState: _, step: __, stepIndex: ___, attempt: ____, who: _____, reason: ______, ...rest } = failed;
/** The same candidate once its run has completed. */
const completed = { ...rest, status: 'completed' } as const;

interface Served {
  readonly steps?: readonly StepView[];
  readonly runs?: readonly RunSummary[];
}

const usualSteps = [
  aStep('first', { state: 'merged' }),
  aStep('second', { state: 'failed', attempts: [anAttempt({ outcome: 'failed' })] }),
];

function aRun(over: Partial<RunSummary>): RunSummary {
  return {
    runId: 'r',
    kind: 'run',
    startedAt: aTime,
    actor: { kind: 'person', id: 'local' },
    revision: 'a',
    ...over,
  };
}

function serve(
  candidate: Candidate,
  onWrite: Answer,
  requiredInputs = [anInput('ticket', { label: 'Ticket' })],
  { steps = usualSteps, runs = [] }: Served = {},
) {
  const replies: Record<string, Reply> = {
    '/migrations/sample': { body: aMigration({ requiredInputs }) },
    [path]: { body: candidate },
    [`${path}/steps`]: {
      body: {
        runId: candidate.runId,
        status: candidate.status,
        runState: candidate.runState,
        source: 'query',
        asOf: aTime,
        steps,
      },
    },
    [`${path}/runs?limit=50`]: { body: { items: runs, total: runs.length } },
  };
  return stubServer((request) =>
    request.method === 'GET' ? (replies[request.path] ?? aProblem('not-found', 404)) : onWrite(request),
  );
}

const accepted: Reply = { status: 202, body: { runId: failed.runId } };

describe('the page of a run', () => {
  it('says in one sentence what goes on and who must act', async () => {
    serve(failed, () => accepted);
    renderPage(path);
    const sentence = await screen.findByText(/Step 2 of 2, second, failed: The name is taken/);
    expect(sentence.textContent).toMatch(/an operator must act\.$/);
  });

  it('shows the attempts of the step that is current', async () => {
    serve(failed, () => accepted);
    renderPage(path);
    const step = await screen.findByRole('region', { name: 'Step second' });
    expect(within(step).getByRole('heading', { name: 'Attempt 1' })).toBeDefined();
    expect(screen.getByRole('link', { name: /second/, current: 'step' })).toBeDefined();
  });

  it('retries with a changed input only', async () => {
    const { received } = serve(failed, () => accepted);
    renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Retry…' }));
    const dialog = await screen.findByRole('dialog');
    fireEvent.change(within(dialog).getByLabelText('Ticket'), { target: { value: 'B-2' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Retry' }));
    await screen.findByText('Retrying second of acme/billing.');
    const sent = received.find(({ method }) => method === 'POST');
    expect(sent).toMatchObject({
      path: `${path}/retry-step`,
      body: { stepName: 'second', inputs: { ticket: 'B-2' } },
    });
    expect(sent?.headers.get('idempotency-key')).toMatch(/^[0-9a-f-]{36}$/);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('waits for the run to take the action up, and offers it no second time', async () => {
    serve(failed, () => accepted, []);
    renderPage(path);
    const retry = await screen.findByRole('button', { name: 'Retry' });
    fireEvent.click(retry);
    await screen.findByText('Sent. The run takes it up in a moment.');
    expect(retry.hasAttribute('disabled')).toBe(true);
  });

  it('shows a refusal at the field and in words, and can be tried again', async () => {
    serve(failed, () =>
      aProblem('invalid-input', 422, {
        errors: [{ path: '/inputs/ticket', message: 'That ticket is closed.' }],
      }),
    );
    renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Retry…' }));
    const dialog = await screen.findByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Retry' }));
    const alert = await within(dialog).findByRole('alert');
    expect(alert.textContent).toContain('The step was not retried: title of invalid-input');
    expect(alert.textContent).toContain('Mend of invalid-input');
    const field = within(dialog).getByLabelText('Ticket');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field);
    expect(within(dialog).getByText('That ticket is closed.')).toBeDefined();
    expect(within(dialog).getByRole('button', { name: 'Retry' }).hasAttribute('disabled')).toBe(false);
  });

  it('asks once before it cancels, and says again what is undone when that is chosen', async () => {
    const effect = { stepName: 'first', outcome: 'merged' };
    const { received } = serve(failed, ({ path: asked, body }) => {
      if (!asked.endsWith('/cancel?preview=true')) return accepted;
      const { compensate } = body as { compensate: boolean };
      const preview = compensate
        ? { undone: [effect], remaining: [] }
        : { undone: [], remaining: [{ ...effect, why: 'Not asked for.' }] };
      return { body: { runId: failed.runId, ...preview } };
    });
    renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel the run…' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Cancel the run of acme/billing?' });
    expect((await within(dialog).findByRole('list', { name: 'Stays as it is' })).textContent).toContain(
      'Not asked for.',
    );
    fireEvent.click(within(dialog).getByLabelText('Undo what was done'));
    const undone = await within(dialog).findByRole('list', { name: 'Undone, in this order' });
    expect(undone.textContent).toContain('first');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Undo and cancel' }));
    await screen.findByText('Cancelling acme/billing.');
    const sent = received.filter(({ path: asked }) => asked.endsWith('/cancel'));
    expect(sent.map(({ body }) => body)).toEqual([{ compensate: true }]);
  });

  it('cancels without knowing what is undone only when that is chosen, and says what is not known', async () => {
    const { received } = serve(failed, ({ path: asked }) =>
      asked.endsWith('/cancel?preview=true') ? aProblem('engine-unavailable', 503) : accepted,
    );
    renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel the run…' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Cancel the run of acme/billing?' });
    const alert = await within(dialog).findByRole('alert');
    expect(alert.textContent).toContain('What would be undone is not known: title of engine-unavailable');
    expect(within(alert).getByRole('button', { name: 'Try again' })).toBeDefined();
    const cancel = within(dialog).getByRole('button', { name: 'Cancel the run' });
    fireEvent.click(cancel);
    await within(dialog).findByText('Choose this, or wait until it is known.');
    const sent = () => received.filter(({ path: asked }) => asked.endsWith('/cancel'));
    expect(sent()).toEqual([]);
    fireEvent.click(within(dialog).getByLabelText('Undo what was done'));
    expect(within(dialog).getByText('Which steps can be undone is not known now.')).toBeDefined();
    fireEvent.click(within(dialog).getByLabelText('Undo and cancel all the same'));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Undo and cancel' }));
    await screen.findByText('Cancelling acme/billing.');
    expect(sent().map(({ body }) => body)).toEqual([{ compensate: true }]);
  });

  it('does not cancel before it is known what that does, and no longer asks once it is', async () => {
    let tell: (() => void) | undefined;
    const { received } = serve(failed, ({ path: asked }) =>
      asked.endsWith('/cancel?preview=true')
        ? new Promise((resolve) => {
            const before = tell;
            tell = () => {
              before?.();
              resolve({ body: { runId: failed.runId, undone: [], remaining: [] } });
            };
          })
        : accepted,
    );
    renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel the run…' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Cancel the run of acme/billing?' });
    expect(within(dialog).queryByLabelText('Cancel the run all the same')).toBeNull();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel the run' }));
    await within(dialog).findByLabelText('Cancel the run all the same');
    expect(received.some(({ path: asked }) => asked.endsWith('/cancel'))).toBe(false);
    await waitFor(() => expect(tell).toBeDefined());
    tell?.();
    await within(dialog).findByText('No step has changed anything, so nothing is left behind.');
    expect(within(dialog).queryByLabelText('Cancel the run all the same')).toBeNull();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel the run' }));
    await screen.findByText('Cancelling acme/billing.');
  });

  it('says before a cancel which worker is told to stop, and how long that takes at most', async () => {
    const working = { ...failed, runState: 'in_progress', who: 'worker' } as const;
    serve(working, () => ({
      body: { runId: failed.runId, stopped: 'second', withinSeconds: 135, undone: [], remaining: [] },
    }));
    renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel the run…' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Cancel the run of acme/billing?' });
    await within(dialog).findByText(
      (_, element) =>
        element?.tagName === 'P' &&
        element.textContent === 'The worker is told to stop second; the run ends within 2 min 15 s at most.',
    );
  });

  it('skips a failed step for a reason, with outputs that are read before they are sent', async () => {
    const { received } = serve(failed, () => accepted);
    renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Skip…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Skip second of acme/billing' });
    const skip = within(dialog).getByRole('button', { name: 'Skip second' });
    fireEvent.change(within(dialog).getByLabelText(/Outputs/), { target: { value: '[1]' } });
    fireEvent.click(skip);
    expect(within(dialog).getByText('Say why the step is skipped.')).toBeDefined();
    expect(within(dialog).getByText(/Write one object/)).toBeDefined();
    fireEvent.change(within(dialog).getByLabelText('Reason'), { target: { value: 'Done by hand.' } });
    fireEvent.change(within(dialog).getByLabelText(/Outputs/), { target: { value: '{"text":"Hi"}' } });
    fireEvent.click(skip);
    await screen.findByText('Skipped second of acme/billing.');
    const sent = received.filter(({ method }) => method === 'POST');
    expect(sent.map(({ body }) => body)).toEqual([
      { stepName: 'second', reason: 'Done by hand.', outputs: { text: 'Hi' } },
    ]);
  });

  it('pauses with a reason, and gives the button back after a refusal (trap 15)', async () => {
    let isRefusing = true;
    const { received } = serve(failed, () => (isRefusing ? aProblem('not-waiting', 409) : accepted));
    renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Pause…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Pause acme/billing' });
    fireEvent.change(within(dialog).getByLabelText(/Reason/), { target: { value: 'Freeze.' } });
    const pause = within(dialog).getByRole('button', { name: 'Pause' });
    fireEvent.click(pause);
    const alert = await within(dialog).findByRole('alert');
    expect(alert.textContent).toContain('Mend of not-waiting');
    isRefusing = false;
    fireEvent.click(pause);
    await screen.findByText('acme/billing is held before its next dispatch.');
    const sent = received.filter(({ method }) => method === 'POST');
    expect(sent.map(({ path: asked, body }) => [asked, body])).toEqual([
      [`${path}/pause`, { reason: 'Freeze.' }],
      [`${path}/pause`, { reason: 'Freeze.' }],
    ]);
  });

  it('says in a calm banner what is held, and offers to resume', async () => {
    const paused = {
      ...failed,
      runState: 'paused',
      reason: 'The run is paused: Freeze.',
      heldBy: { kind: 'run', id: 'r', reason: 'Freeze.', since: aTime },
    } as const;
    serve(paused, () => accepted);
    renderPage(path);
    const banner = await screen.findByRole('region', { name: 'Pause' });
    expect(banner.textContent).toContain('This run is paused: Freeze.');
    expect(banner.textContent).toContain('Step second is not dispatched before that ends.');
    expect(screen.getByRole('button', { name: 'Resume…' })).toBeDefined();
  });

  it('rolls a completed run back, and says before what is undone', async () => {
    const effects = {
      runId: failed.runId,
      undone: [{ stepName: 'first', outcome: 'merged' }],
      remaining: [{ stepName: 'second', why: 'This step cannot be undone by its worker.' }],
    };
    const answer: Answer = (request) =>
      request.path.endsWith('?preview=true') ? { body: effects } : accepted;
    const { received } = serve(completed, answer, undefined, {
      steps: [
        aStep('first', { state: 'merged', compensable: true, attempts: [anAttempt({ outcome: 'merged' })] }),
        aStep('second', { state: 'succeeded', attempts: [anAttempt()] }),
      ],
      runs: [
        aRun({
          ...(failed.runId !== undefined && { runId: failed.runId }),
          endedAt: aTime,
          outcome: 'completed',
        }),
      ],
    });
    renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Roll back…' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Roll back acme/billing?' });
    expect(within(dialog).getByRole('list', { name: 'Undone, in this order' }).textContent).toContain(
      'first',
    );
    expect(within(dialog).getByRole('list', { name: 'Stays as it is' }).textContent).toContain('second');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Undo 1 step' }));
    await screen.findByText('Rolling back acme/billing.');
    expect(received.find((request) => request.path.endsWith('/compensate'))).toMatchObject({
      path: `${path}/compensate`,
      method: 'POST',
      body: {},
    });
  });

  it('says where it is not known whether the last run can be rolled back, and tries again', async () => {
    let isRefusing = true;
    const effects = { runId: failed.runId, undone: [{ stepName: 'first' }], remaining: [] };
    serve(completed, () => (isRefusing ? aProblem('internal', 500) : { body: effects }), undefined, {
      runs: [aRun({ runId: failed.runId ?? '', endedAt: aTime, outcome: 'completed' })],
    });
    renderPage(path);
    const bar = await screen.findByRole('region', { name: 'Actions' });
    const alert = await within(bar).findByRole('alert');
    expect(alert.textContent).toContain(
      'Whether the last run can be rolled back is not known: title of internal',
    );
    expect(within(bar).queryByRole('button', { name: 'Roll back…' })).toBeNull();
    isRefusing = false;
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    await within(bar).findByRole('button', { name: 'Roll back…' });
    expect(within(bar).queryByRole('alert')).toBeNull();
  });

  it('links a rollback to the run that it undoes', async () => {
    const rollback = { runId: failed.runId ?? '', kind: 'rollback', undoes: 'r1' } as const;
    serve(failed, () => accepted, undefined, {
      runs: [aRun(rollback), aRun({ runId: 'r1', endedAt: aTime, outcome: 'completed' })],
    });
    renderPage(path);
    const link = await screen.findByRole('link', { name: 'run 1 of 2' });
    expect(link.getAttribute('href')).toContain('run=r1');
    expect(screen.getByRole('option', { name: /2 of 2, rollback of run 1, open/ })).toBeDefined();
  });

  it('asks several reviewers for their names, and remembers them', async () => {
    const asking = { ...failed, runState: 'awaiting_approval', who: 'reviewer' } as const;
    const approvals = [{ actor: { kind: 'person', id: 'ada' }, at: aTime }];
    const { received } = serve(asking, () => accepted, undefined, {
      steps: [
        aStep('second', {
          kind: 'review',
          state: 'active',
          review: { approvals: 2, links: [{ label: 'Runbook', url: 'https://docs.test/x' }] },
          attempts: [
            { attempt: 1, phase: 'execute', startedAt: aTime, inputsVersion: 1, metadata: { approvals } },
          ],
        }),
      ],
    });
    renderPage(path);
    expect(await screen.findByText('1 of 2 approvals')).toBeDefined();
    expect(screen.getByRole('link', { name: 'Runbook' })).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Approve…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Approve second of acme/billing' });
    const name = within(dialog).getByLabelText('Your name');
    const approve = within(dialog).getByRole('button', { name: 'Approve' });
    fireEvent.change(name, { target: { value: 'ada' } });
    fireEvent.click(approve);
    expect(within(dialog).getByText('ada has approved already; somebody else has to.')).toBeDefined();
    fireEvent.change(name, { target: { value: 'alan' } });
    fireEvent.click(approve);
    await screen.findByText('Approved second of acme/billing.');
    const sent = received.filter(({ method }) => method === 'POST');
    expect(sent.map(({ body }) => body)).toEqual([{ stepName: 'second', decision: 'approved', by: 'alan' }]);
    expect(localStorage.getItem('loom.name')).toBe('alan');
  });

  it('sends a decision with its comment', async () => {
    const asking = { ...failed, runState: 'awaiting_approval', who: 'reviewer' } as const;
    const { received } = serve(asking, () => accepted);
    renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Approve…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Approve second of acme/billing' });
    fireEvent.change(within(dialog).getByLabelText(/Comment/), { target: { value: ' Looks right. ' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Approve' }));
    await screen.findByText('Approved second of acme/billing.');
    expect(received.find(({ method }) => method === 'POST')?.body).toEqual({
      stepName: 'second',
      decision: 'approved',
      comment: 'Looks right.',
    });
  });
});

describe('where there is no room beside the step', () => {
  it('the steps are folded, and the choice of one folds them again', async () => {
    vi.stubGlobal('matchMedia', (query: string) => ({
      matches: query === '(max-width: 55.9375rem)',
      addEventListener() {},
      removeEventListener() {},
    }));
    serve(failed, () => accepted);
    const { history } = renderPage(path);
    const summary = await screen.findByText('1 of 2 done');
    const fold = summary.closest('details') as HTMLDetailsElement;
    expect(fold.open).toBe(false);
    fold.open = true;
    fireEvent(fold, new Event('toggle'));
    fireEvent.click(screen.getByRole('link', { name: /first/ }));
    await waitFor(() => expect(history.location.search).toBe('?step=first'));
    await waitFor(() => expect(fold.open).toBe(false));
    await screen.findByRole('region', { name: 'Step first' });
  });
});

it('a run leads to its timeline and to its deliveries, and the step stays selected meanwhile', async () => {
  serve(failed, () => accepted);
  const { history } = renderPage(`${path}?step=first`);
  const timeline = await screen.findByRole('link', { name: 'Timeline' });
  expect(timeline.getAttribute('href')).toBe(`/timeline?id=${failed.runId}`);
  expect(screen.getByRole('link', { name: 'Deliveries of this run' }).getAttribute('href')).toBe(
    `/deliveries?run=${failed.runId}`,
  );
  const views = within(await screen.findByRole('navigation', { name: 'Views of the run' }));
  fireEvent.click(views.getByRole('link', { name: 'Candidate' }));
  await waitFor(() => expect(history.location.search).toBe('?step=first&view=candidate'));
  fireEvent.click(views.getByRole('link', { name: 'Step' }));
  await screen.findByRole('region', { name: 'Step first' });
});

it('what cannot be read is said: what can be done, and the other runs', async () => {
  let isAway = true;
  stubServer(({ path: asked }) => {
    if (asked === path) return { body: failed };
    if (asked.startsWith(`${path}/steps`)) {
      return {
        body: { runId: failed.runId, status: 'running', source: 'query', asOf: aTime, steps: usualSteps },
      };
    }
    if (isAway) return aProblem('internal', 500);
    return asked === '/migrations/sample' ? { body: aMigration() } : { body: { items: [], total: 0 } };
  });
  renderPage(path);
  const actions = within(await screen.findByRole('region', { name: 'Actions' }));
  await actions.findByText(/^What can be done is not known:/);
  await screen.findByText('The runs could not be read; trying again by itself.');
  isAway = false;
  fireEvent.click(actions.getByRole('button', { name: 'Try again' }));
  await screen.findByRole('button', { name: 'Retry' });
});
