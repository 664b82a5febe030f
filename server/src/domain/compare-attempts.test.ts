import { expect, test } from 'vitest';
import { compareAttempts } from './compare-attempts.ts';

test('attempts sort by step, execution before its undo, and number', () => {
  const sorted = [
    { stepIndex: 0, phase: 'execute', attempt: 1 },
    { stepIndex: 0, phase: 'execute', attempt: 2 },
    { stepIndex: 0, phase: 'compensate', attempt: 1 },
    { stepIndex: 1, phase: 'execute', attempt: 1 },
    { stepIndex: 10, phase: 'execute', attempt: 1 },
  ] as const;
  expect([...sorted].reverse().sort(compareAttempts)).toEqual(sorted);
});
