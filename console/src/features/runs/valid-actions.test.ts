// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../shared/contract.ts';
import { aCandidate, aTime } from '../../testing/samples.ts';
import { curlLine } from './curl.ts';
import { validActions } from './valid-actions.ts';

const offered = (over: Partial<Candidate>, canPreview = true, canRollBack = false) =>
  validActions(aCandidate(over), { canPreview, canRollBack }).join(' ');

describe('Only what is valid now is offered', () => {
  it('to a candidate without an open run', () => {
    expect(offered({})).toBe('start preview');
    expect(offered({}, false)).toBe('start');
    expect(offered({ goneAt: aTime })).toBe('');
    expect(offered({ status: 'completed' })).toBe('');
    expect(offered({ status: 'completed' }, true, true)).toBe('roll-back');
    expect(offered({ goneAt: aTime }, true, true)).toBe('roll-back');
    expect(offered({}, false, true)).toBe('start roll-back');
    expect(offered({ runState: 'lost' }, false, true)).toBe('start roll-back');
  });

  it.each([
    [{ runState: 'queued' }, 'pause cancel'],
    [{ runState: 'in_progress', pauseRequested: true }, 'resume cancel'],
    [{ runState: 'awaiting_retry' }, 'retry skip pause cancel'],
    [{ runState: 'awaiting_worker' }, 'skip pause cancel'],
    [{ runState: 'awaiting_approval' }, 'approve reject pause cancel'],
    [{ runState: 'awaiting_approval', pauseRequested: true }, 'approve reject resume cancel'],
    [{ runState: 'paused', reason: 'The run is paused.' }, 'resume cancel'],
    [{ runState: 'paused', heldBy: { kind: 'run', id: 'r' }, attempt: 1 }, 'resume skip cancel'],
    [{ runState: 'paused', heldBy: { kind: 'migration', id: 'm' }, attempt: 1 }, 'skip cancel'],
    [{ runState: 'paused', heldBy: { kind: 'worker-app', id: 'w' } }, 'cancel'],
    [{ runState: 'compensating', who: 'worker' }, 'pause abandon'],
    [{ runState: 'compensating', who: 'operator' }, 'retry skip pause abandon'],
    [{ runState: 'cancelling' }, ''],
  ] satisfies [Partial<Candidate>, string][])('to an open run: %j', (over, actions) => {
    expect(offered({ status: 'running', ...over })).toBe(actions);
  });
});

it('A curl line is encoded once and safe in a shell', () => {
  const target = { migrationId: 'sample', candidateId: "it's a/b%" };
  expect(curlLine(target, 'steps')).toBe(
    "curl -sS 'http://127.0.0.1:4173/api/v1/migrations/sample/candidates/it'\\''s%20a%2Fb%25/steps'",
  );
  expect(curlLine(target, 'start', { inputs: { a: "b'c" } }, 'k')).toContain(
    `-H 'Idempotency-Key: k' -d '{"inputs":{"a":"b'\\''c"}}'`,
  );
});
