import { describe, expect, test } from 'vitest';
import { aDelivery } from '../../test/contracts/delivery-log.contract.ts';
import type { Actor, LoggedEvent } from '../domain/event.ts';
import type { Delivery } from './ports/delivery-log.ts';
import { itemOfDelivery, itemOfEvent } from './timeline-items.ts';

const ANN: Actor = { kind: 'person', id: 'ann' };
const ENGINE: Actor = { kind: 'system', id: 'engine' };

function tell(type: string, more: Partial<LoggedEvent> = {}) {
  const event = { id: '1-0', at: '2026-01-01T00:00:00.000Z', type, actor: ENGINE, ...more };
  const { source, outcome, text } = itemOfEvent(event);
  return [source, outcome, text];
}
const step = { stepName: 'greet', phase: 'execute', attempt: 2 } as const;

describe('an event in a timeline', () => {
  test.each([
    ['run.requested', { actor: ANN }, ['person', 'noted', 'ann started a run.']],
    [
      'run.requested',
      { actor: { kind: 'person', id: 'local' } },
      ['person', 'noted', 'A person started a run.'],
    ],
    ['run.requested', { actor: { kind: 'token', id: 'ci' } }, ['api', 'noted', 'ci started a run.']],
    ['run.requested', { actor: { kind: 'rollout', id: 'r-1' } }, ['api', 'noted', 'r-1 started a run.']],
    ['rollback.requested', { actor: ANN }, ['person', 'noted', 'ann asked to roll back.']],
    [
      'run.start_failed',
      { data: { why: 'unavailable' } },
      ['engine', 'failed', 'The run could not be started: unavailable.'],
    ],
    ['run.started', {}, ['engine', 'noted', 'The engine began the run.']],
    ['run.restored', {}, ['engine', 'noted', 'The engine rebuilt what the store had lost of the run.']],
    [
      'run.cancel_requested',
      { actor: ANN, data: { reason: 'Wrong.' } },
      ['person', 'noted', 'ann cancelled the run: Wrong.'],
    ],
    [
      'run.cancel_requested',
      { actor: { kind: 'system', id: 'temporal' } },
      ['engine', 'noted', 'Temporal cancelled the run.'],
    ],
    ['run.pause_requested', { actor: ANN }, ['person', 'waiting', 'ann paused the run.']],
    ['run.resumed', { actor: ANN }, ['person', 'noted', 'ann let the run go on.']],
    ['run.completed', {}, ['engine', 'succeeded', 'The run completed.']],
    ['run.cancelled', {}, ['engine', 'noted', 'The run was cancelled.']],
    ['run.rolled_back', { data: { reason: 'x' } }, ['engine', 'succeeded', 'The run was rolled back: x.']],
    ['run.lost', {}, ['engine', 'failed', 'The engine lost the run.']],
    ['step.dispatched', step, ['engine', 'noted', 'Attempt 2 of greet began.']],
    ['step.reminded', step, ['engine', 'waiting', 'Step greet takes longer than expected.']],
    [
      'step.accepted',
      { ...step, data: { workerApp: 'charts', instanceId: 'i-1' } },
      ['engine', 'noted', 'Attempt 2 of greet was taken by i-1.'],
    ],
    [
      'step.accepted',
      { stepName: 'greet', data: { workerApp: 'charts' } },
      ['engine', 'noted', 'Attempt 1 of greet was taken by charts.'],
    ],
    ['step.accepted', {}, ['engine', 'noted', 'Attempt 1 of the step was taken by its worker.']],
    [
      'step.succeeded',
      { ...step, phase: 'compensate' },
      ['engine', 'succeeded', 'The undo of greet succeeded.'],
    ],
    [
      'step.merged',
      { ...step, data: { message: 'Merged  by ann' } },
      ['engine', 'succeeded', 'Step greet was merged: Merged by ann.'],
    ],
    ['step.failed', { ...step, data: { message: 'No!' } }, ['engine', 'failed', 'Step greet failed: No!']],
    ['step.timed_out', step, ['engine', 'failed', 'Step greet timed out.']],
    ['step.other', {}, ['engine', 'noted', 'Step other.']],
    ['step.retry_requested', { ...step, actor: ANN }, ['person', 'noted', 'ann retried greet.']],
    ['review.requested', step, ['engine', 'waiting', 'Step greet waits for a decision.']],
    [
      'review.approved',
      { ...step, actor: ANN, data: { count: 1, needed: 2 } },
      ['person', 'succeeded', 'ann approved greet, 1 of 2.'],
    ],
    ['review.approved', { ...step, actor: ANN }, ['person', 'succeeded', 'ann approved greet.']],
    ['review.reminded', step, ['engine', 'waiting', 'Nobody has decided on greet yet.']],
    [
      'review.escalated',
      step,
      ['engine', 'waiting', 'Step greet has waited too long; an operator must act.'],
    ],
    ['inputs.changed', { actor: ANN }, ['person', 'noted', 'ann changed the inputs.']],
    [
      'delivery.replayed',
      { actor: ANN, data: { operation: 'callback', result: 'duplicate' } },
      ['person', 'noted', 'ann replayed a callback: duplicate.'],
    ],
    [
      'delivery.replayed',
      { actor: ANN, data: { result: 'redelivered' } },
      ['person', 'noted', 'ann replayed a dispatch: redelivered.'],
    ],
    [
      'callback.tested',
      { ...step, actor: ANN, data: { status: 'failed' } },
      ['person', 'noted', 'ann sent a test callback for greet: failed.'],
    ],
    ['dead_letter.requeued', { actor: ANN }, ['person', 'noted', 'ann requeued a dead letter.']],
    ['dead_letter.dropped', { actor: ANN }, ['person', 'noted', 'ann dropped a dead letter.']],
    ['something_new', {}, ['engine', 'noted', 'Something new.']],
  ] as [string, Partial<LoggedEvent>, string[]][])('%s with %j', (type, more, told) => {
    expect(tell(type, more)).toEqual(told);
  });

  test('that is an operation is told by whom it was done with', () => {
    const actor: Actor = { kind: 'worker', id: 'charts' };
    const operation = (data: Readonly<Record<string, unknown>>) => tell('operation', { actor, data });
    expect(operation({ kind: 'git.push', repository: 'acme/billing' })).toEqual([
      'git',
      'succeeded',
      'Push in acme/billing.',
    ]);
    expect(operation({ kind: 'forge.pull_request.create', result: 'failed', message: 'No.' })).toEqual([
      ...['forge', 'failed', 'Pull request create failed: No.'],
    ]);
    expect(operation({ kind: 'webhook.received', result: 'ok' })).toEqual([
      'webhook',
      'succeeded',
      'Received.',
    ]);
    expect(operation({ kind: 'compile' })).toEqual(['worker', 'succeeded', 'Compile.']);
    expect(tell('operation')).toEqual(['worker', 'succeeded', 'Undefined.']);
    const data = { kind: 'git.push', url: 'https://forge/1', durationMs: 7 };
    const event = { id: '1-0', at: 'now', type: 'operation', actor, data };
    expect(itemOfEvent(event)).toMatchObject({ link: 'https://forge/1', durationMs: 7 });
    const hostile = { ...event, data: { ...data, url: 'javascript:alert(1)', durationMs: 'x' } };
    expect(itemOfEvent(hostile)).not.toHaveProperty('link');
    expect(itemOfEvent(hostile)).not.toHaveProperty('durationMs');
  });

  test('keeps long messages short', () => {
    expect(tell('step.failed', { ...step, data: { message: 'x'.repeat(900) } })[2]).toHaveLength(179);
  });
});

test.each([
  [{}, ['engine', 'succeeded', 'The dispatch of swap to charts was accepted.']],
  [
    { outcome: 'unreachable', detail: 'Nothing listens.' },
    ['engine', 'failed', 'The dispatch of swap to charts was not answered: Nothing listens.'],
  ],
  [
    { operation: 'cancel-step', outcome: 'done', phase: 'compensate' },
    ['engine', 'succeeded', 'The cancel of the undo of swap at charts was done at once.'],
  ],
  [
    { operation: 'dry-run', stepName: undefined, outcome: 'failed' },
    ['api', 'failed', 'The dry run by charts failed.'],
  ],
  [
    { operation: 'bases', stepName: undefined, outcome: 'done' },
    ['api', 'succeeded', 'The check of bases by charts was done at once.'],
  ],
  [
    { operation: 'discover', stepName: undefined, outcome: 'busy' },
    ['api', 'waiting', 'The discovery by charts has to come later.'],
  ],
  [
    { direction: 'in', operation: 'callback', outcome: 'duplicate' },
    ['worker', 'noted', 'The callback of charts about swap was a repetition.'],
  ],
  [
    { direction: 'in', operation: 'callback', outcome: 'refused', isVerified: false },
    ['worker', 'failed', 'A callback that nobody vouches for was refused.'],
  ],
  [
    { direction: 'in', operation: 'announce', outcome: 'refused', workerApp: undefined },
    ['worker', 'failed', 'The announcement of a worker was refused.'],
  ],
  [{ outcome: 'superseded' }, ['engine', 'noted', 'The dispatch of swap to charts came too late.']],
] as [Partial<Delivery>, string[]][])('a delivery in a timeline: %j', (over, told) => {
  const { source, outcome, text, deliveryId, type } = itemOfDelivery(aDelivery(over));
  expect([source, outcome, text]).toEqual(told);
  expect(deliveryId).toBeDefined();
  expect(type).toBe(`delivery.${over.operation ?? 'dispatch-step'}`);
});
