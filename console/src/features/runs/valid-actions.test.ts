// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { aCandidate, aDefinition, aMigration, aStep, aTime } from '../../testing/samples.ts';
import { curlLine } from './curl.ts';
import { stepsToUndo } from './undo-preview.ts';
import { validActions } from './valid-actions.ts';

it('Only what is valid now is offered', () => {
  expect(validActions(aCandidate(), true)).toEqual(['start', 'preview']);
  expect(validActions(aCandidate(), false)).toEqual(['start']);
  expect(validActions(aCandidate({ goneAt: aTime }), true)).toEqual([]);
  expect(validActions(aCandidate({ status: 'completed' }), true)).toEqual([]);
  expect(validActions(aCandidate({ runState: 'queued' }), true)).toEqual(['cancel']);
  expect(validActions(aCandidate({ runState: 'awaiting_retry' }), true)).toEqual(['retry', 'cancel']);
  expect(validActions(aCandidate({ runState: 'awaiting_approval' }), true)).toEqual([
    'approve',
    'reject',
    'cancel',
  ]);
  expect(validActions(aCandidate({ runState: 'compensating' }), true)).toEqual(['abandon']);
  expect(validActions(aCandidate({ runState: 'cancelling' }), true)).toEqual([]);
});

it('What would be undone is named in the order of the undoing', () => {
  const steps = [
    aStep('first', { state: 'merged' }),
    aStep('second', { state: 'succeeded' }),
    aStep('third', { state: 'failed' }),
  ];
  expect(stepsToUndo(steps, aCandidate(), aMigration())).toEqual(['first']);
  const own = ['first', 'second', 'third'].map((name) => aDefinition(name, { compensable: true }));
  expect(stepsToUndo(steps, aCandidate({ steps: own }), aMigration())).toEqual(['second', 'first']);
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
