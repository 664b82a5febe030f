// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../shared/contract.ts';
import { renderPage } from '../../testing/render-page.tsx';
import { aCandidate, aMigration, anInput, aStep, aTime } from '../../testing/samples.ts';
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

function serve(
  candidate: Candidate,
  onWrite: Answer,
  requiredInputs = [anInput('ticket', { label: 'Ticket' })],
) {
  const attempt = {
    attempt: 1,
    phase: 'execute',
    startedAt: aTime,
    endedAt: aTime,
    outcome: 'failed',
    inputsVersion: 1,
  } as const;
  const steps = [
    aStep('first', { state: 'merged' }),
    aStep('second', { state: 'failed', attempts: [attempt] }),
  ];
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
    [`${path}/runs?limit=50`]: { body: { items: [], total: 0 } },
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
    expect(within(dialog).getByText('That ticket is closed.')).toBeDefined();
    expect(within(dialog).getByRole('button', { name: 'Retry' }).hasAttribute('disabled')).toBe(false);
  });

  it('asks once before it cancels, names the candidate and what would be undone', async () => {
    const { received } = serve(failed, () => accepted);
    renderPage(path);
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel the run…' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Cancel the run of acme/billing?' });
    expect(within(dialog).getByText('first')).toBeDefined();
    fireEvent.click(within(dialog).getByLabelText('Undo the finished steps first'));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Undo and cancel' }));
    await screen.findByText('Cancelling acme/billing.');
    expect(received.find(({ method }) => method === 'POST')?.body).toEqual({ compensate: true });
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
