import { expect, test } from 'vitest';
import { reportSignal } from './report-signal.ts';

test('what travels to a run is small: no metadata, no outputs, and the beginning of the message', () => {
  const report = {
    eventId: 'e-1',
    status: 'failed',
    message: 'x'.repeat(2_000),
    metadata: { who: 'operator', large: 'x'.repeat(50_000) },
    outputs: { a: 1 },
    failureClass: 'conflict',
    retryable: false,
  } as const;

  expect(reportSignal(report)).toEqual({
    eventId: 'e-1',
    status: 'failed',
    reason: `${'x'.repeat(299)}…`,
    who: 'operator',
    failureClass: 'conflict',
    retryable: false,
  });
});

test.each([
  [undefined, false],
  [{}, false],
  [{ a: 1 }, true],
] as const)('of outputs like %j the run learns whether there are some: %s', (outputs, hasOutputs) => {
  expect(reportSignal({ eventId: 'e-1', status: 'merged', outputs })).toMatchObject({ hasOutputs });
});

test.each([undefined, {}, { who: 'the cat' }])(
  'who must act is taken from metadata like %j only when it is a word',
  (metadata) => {
    expect(reportSignal({ eventId: 'e-1', status: 'pending', metadata })).toEqual({
      eventId: 'e-1',
      status: 'pending',
    });
  },
);
