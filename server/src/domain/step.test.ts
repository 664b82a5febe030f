import { expect, test } from 'vitest';
import { idempotencyKey } from './attempt.ts';
import { outlineOf, SLUG, type Step } from './step.ts';

const step: Step = {
  name: 'one',
  description: 'Long.',
  workerApp: 'painter',
  kind: 'dispatch',
  type: 'paint',
  group: 'dev',
  config: { large: 'x'.repeat(100) },
  compensable: true,
  when: 'inputs.go',
};

test('an outline has what decides how a run goes, and neither config nor description', () => {
  const retry = { maxAttempts: 2, initialIntervalMs: 1, backoffCoefficient: 1, maxIntervalMs: 1 };
  const outline = { name: 'one', workerApp: 'painter', kind: 'dispatch', compensable: true };

  expect(outlineOf(step)).toEqual(outline);
  expect(outlineOf({ ...step, timeoutMs: 5, retry })).toEqual({ ...outline, timeoutMs: 5, retry });
  expect(outlineOf({ ...step, cancelGraceSeconds: 9 })).toEqual({ ...outline, cancelGraceSeconds: 9 });
  expect(outlineOf({ ...step, remindAfterMs: 9 })).toEqual({ ...outline, remindAfterMs: 9 });
  expect(outlineOf({ ...step, cancelGraceSeconds: 0 })).toEqual(outline);
});

test('of a review the outline has what decides it, and neither instructions nor links nor its condition', () => {
  const review = { approvals: 2, instructions: 'Long.', links: [{ label: 'a', url: 'https://b.test' }] };
  const times = { remindAfterMs: 1_000, escalateAfterMs: 2_000 };

  expect(outlineOf({ ...step, review })).toMatchObject({ review: { approvals: 2 } });
  expect(outlineOf({ ...step, review: { ...review, ...times } }).review).toEqual({ approvals: 2, ...times });
  const outline = { name: 'one', workerApp: 'painter', kind: 'review', compensable: true };
  expect(outlineOf({ ...step, kind: 'review' })).toEqual({ ...outline, isConditional: true });
  expect(outlineOf({ ...step, kind: 'review', when: undefined })).toEqual(outline);
});

test('a slug has no underscore, so that the first two split a workflow ID', () => {
  expect(['a', '0-a', 'a'.repeat(63)].every((slug) => SLUG.test(slug))).toBe(true);
  expect(['', '-a', 'A', 'a_b', 'a b', 'a'.repeat(64)].some((slug) => SLUG.test(slug))).toBe(false);
});

test('an idempotency key is the same for every delivery of one attempt and for no other', () => {
  expect(idempotencyKey('run', 'one', 'execute', 1)).toBe('run:one:execute:1');
  expect(idempotencyKey('run', 'one', 'compensate', 1)).not.toBe(idempotencyKey('run', 'one', 'execute', 1));
});
