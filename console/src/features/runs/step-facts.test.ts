import { expect, it } from 'vitest';
import { aStep } from '../../testing/samples.ts';
import { stepFacts } from './step-facts.ts';

const told = (step: Parameters<typeof stepFacts>[0]) =>
  stepFacts(step).map(({ name, value }) => `${name} ${String(value)}`);

it('A step says its time limit, its automatic retries and whether it can be undone', () => {
  expect(told(aStep('one'))).toEqual([
    'Time limit 7 d',
    'Automatic retries none: a person decides',
    'Can be undone no',
  ]);
  const retry = { maxAttempts: 3, initialIntervalMs: 1_000, backoffCoefficient: 2, maxIntervalMs: 60_000 };
  const eager = aStep('one', { timeoutMs: 600_000, retry, compensable: true });
  expect(told(eager)).toEqual([
    'Time limit 10 min',
    'Automatic retries up to 2, after 1 s to 1 min',
    'Can be undone yes',
  ]);
  const chosen = { ...retry, maxIntervalMs: 1_000, classes: ['conflict', 'timeout'] as const };
  expect(told(aStep('one', { retry: { ...chosen, classes: [...chosen.classes] } }))).toEqual([
    'Time limit 7 d',
    'Automatic retries up to 2, after 1 s',
    'After failures of conflict, timeout',
    'Can be undone no',
  ]);
});

it('A step of a worker says when it reminds, where it does', () => {
  expect(told(aStep('one', { remindAfterMs: 172_800_000 }))).toContain('Reminds after 2 d');
  expect(told(aStep('one')).join()).not.toContain('Reminds');
});

it('A step that asks for time to stop says how much', () => {
  expect(told(aStep('one', { cancelGraceSeconds: 120 }))).toContain('Time to stop 2 min after a cancel');
  expect(told(aStep('one', { cancelGraceSeconds: 0 })).join()).not.toContain('Time to stop');
});

it('A step says what it waits its turn for, and its condition, which a review may have too', () => {
  const policy = { concurrencyKey: 'gitops', when: 'inputs.deep' };
  expect(told(aStep('one', policy)).slice(-2)).toEqual([
    'One at a time with gitops',
    'Only when inputs.deep',
  ]);
  expect(told(aStep('check', { kind: 'review', when: 'inputs.deep' })).at(-1)).toBe('Only when inputs.deep');
});

it('A review says how many have to approve, and when it reminds', () => {
  expect(
    told(aStep('check', { kind: 'review', review: { approvals: 2, remindAfterMs: 7_200_000 } })),
  ).toEqual(['Asks for 2 approvals', 'Reminds after 2 h', 'Goes to an operator never']);
});
