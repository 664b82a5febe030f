import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../shared/contract.ts';
import { aCandidate, aTime } from '../../testing/samples.ts';
import { describeRun } from './describe-run.ts';

const at = (over: Partial<Candidate>) =>
  aCandidate({ status: 'running', step: 'second', stepIndex: 1, stepCount: 2, since: aTime, ...over });
const say = (candidate: Candidate) => {
  const { headline, who } = describeRun(candidate, undefined);
  return who === undefined ? `${headline}.` : `${headline}; ${who}.`;
};

describe('the sentence about a run', () => {
  it.each([
    [at({ runState: 'queued', who: 'nobody' }), 'Waiting to begin; nobody must act.'],
    [
      at({ runState: 'dispatching', who: 'nobody' }),
      'Handing step 2 of 2, second, to its worker; nobody must act.',
    ],
    [
      at({ runState: 'in_progress', who: 'worker' }),
      "The worker is at step 2 of 2, second; it is the worker's turn.",
    ],
    [
      at({ runState: 'pending', who: 'reviewer', reason: 'Waiting for the merge of acme/billing#42.' }),
      'Waiting for the merge of acme/billing#42; a reviewer must act.',
    ],
    [
      at({ runState: 'awaiting_retry', who: 'operator', reason: 'The name is taken.' }),
      'Step 2 of 2, second, failed: The name is taken; an operator must act.',
    ],
    [
      at({ runState: 'awaiting_approval', who: 'reviewer' }),
      'Step 2 of 2, second, waits for a decision; a reviewer must act.',
    ],
    [
      at({ runState: 'awaiting_approval', who: 'reviewer', reason: 'Waits for a decision.' }),
      'Step 2 of 2, second, waits for a decision; a reviewer must act.',
    ],
    [
      at({
        runState: 'awaiting_approval',
        who: 'operator',
        reason: 'Nobody decided in time, so an operator has to see to it. 1 of 2 approvals.',
      }),
      'Step 2 of 2, second: Nobody decided in time, so an operator has to see to it. 1 of 2 approvals; an operator must act.',
    ],
    [
      at({
        ...{ runState: 'paused', who: 'operator', reason: 'The run is paused: Release freeze.' },
        heldBy: { kind: 'run', id: 'r', reason: 'Release freeze.' },
      }),
      'Paused before step 2 of 2, second: Release freeze; an operator must act.',
    ],
    [
      at({
        ...{ runState: 'paused', who: 'operator', reason: 'The run is paused.' },
        heldBy: { kind: 'run', id: 'r' },
      }),
      'Paused before step 2 of 2, second; an operator must act.',
    ],
    [
      at({
        ...{ runState: 'paused', who: 'operator', reason: 'The migration is paused: Release freeze.' },
        heldBy: { kind: 'migration', id: 'm', reason: 'Release freeze.' },
      }),
      'Paused before step 2 of 2, second: The migration is paused: Release freeze; an operator must act.',
    ],
    [aCandidate(), 'Not started; an operator may start it.'],
    [aCandidate({ goneAt: aTime }), 'Not started, and not seen by a discovery that ended.'],
    [aCandidate({ status: 'completed' }), 'Completed, all 2 steps.'],
  ])('%#', (candidate, sentence) => {
    expect(say(candidate)).toBe(sentence);
  });

  it('tells how the last run ended', () => {
    const newest = {
      runId: 'r',
      kind: 'run',
      startedAt: aTime,
      endedAt: aTime,
      outcome: 'cancelled',
      reason: 'Wrong ticket.',
      actor: { kind: 'person', id: 'local' },
      revision: 'a',
    } as const;
    expect(describeRun(aCandidate(), newest)).toEqual({
      headline: 'Not started; the last run was cancelled: Wrong ticket',
      since: aTime,
      isPast: true,
      who: 'an operator may start it',
    });
  });
});

it.each([
  ['No.\n  at a (b.js:1)\n  at c', 'Step 2 of 2, second, failed: No…'],
  ['denied the request:\n  no owner', 'Step 2 of 2, second, failed: denied the request…'],
  [`${'word '.repeat(60)}end.`, `Step 2 of 2, second, failed: ${'word '.repeat(39)}word…`],
  ['x'.repeat(300), `Step 2 of 2, second, failed: ${'x'.repeat(200)}…`],
])('a long reason is told in short: %j', (reason, told) => {
  expect(describeRun(at({ runState: 'awaiting_retry', reason }), undefined).headline).toBe(told);
});
