import { describe, expect, test } from 'vitest';
import {
  readCancel,
  readChangedInputs,
  readDecision,
  readFence,
  readMine,
  readPause,
  readReport,
  readRetry,
  readSkip,
} from './read-message.ts';

const RUN = 'run-1';
const actor = { kind: 'person', id: 'ann' };
const fence = { runId: RUN, stepIndex: 0, phase: 'execute', attempt: 1 };
const report = { ...fence, eventId: 'e', status: 'failed' };

describe('a message', () => {
  test('is read when it is for this run', () => {
    expect(readMine({ runId: RUN, more: 1 }, RUN)).toEqual({ runId: RUN, more: 1 });
  });

  test.each([undefined, null, 7, 'run-1', ['run-1'], {}, { runId: 'run-0' }, { runId: [RUN] }])(
    'is not read when it is %j',
    (message) => {
      expect(readMine(message, RUN)).toBeUndefined();
      expect(readFence(message, RUN)).toBeUndefined();
      expect(readReport(message, RUN)).toBeUndefined();
      expect(readCancel(message, RUN)).toBeUndefined();
    },
  );
});

describe('a fence', () => {
  test('is read without what else the message has', () => {
    expect(readFence({ ...fence, more: 1 }, RUN)).toEqual(fence);
  });

  test.each([{ stepIndex: '0' }, { attempt: null }, { phase: 'undo' }])('is not read with %j', (wrong) => {
    expect(readFence({ ...fence, ...wrong }, RUN)).toBeUndefined();
  });
});

describe('a report', () => {
  test('is read with all that it says', () => {
    const whole = {
      ...report,
      failureClass: 'conflict',
      retryable: false,
      reason: 'Taken.',
      who: 'operator',
    };

    expect(readReport(whole, RUN)).toEqual(whole);
  });

  test('is read without the parts that are malformed', () => {
    const odd = { ...report, failureClass: 'bad luck', retryable: 'no', reason: 7, who: 'the cat' };

    expect(readReport(odd, RUN)).toEqual({ ...report, reason: undefined });
  });

  test.each([{ eventId: 7 }, { status: 'finished' }])('is not read with %j', (wrong) => {
    expect(readReport({ ...report, ...wrong }, RUN)).toBeUndefined();
  });
});

describe('a cancel', () => {
  test('is read with its reason and who asks', () => {
    const message = { runId: RUN, reason: 'Wrong.', compensate: true, catchesUp: true, actor };
    expect(readCancel(message, RUN)).toEqual({
      reason: 'Wrong.',
      compensate: true,
      catchesUp: true,
      actor,
    });
  });

  test.each([undefined, 'ann', { kind: 'robot', id: 'r' }, { kind: 'person', id: 7 }])(
    'without an actor, as with %j, comes from Temporal',
    (who) => {
      expect(readCancel({ runId: RUN, actor: who, reason: {}, compensate: 'yes' }, RUN)).toEqual({
        reason: undefined,
        compensate: false,
        catchesUp: false,
        actor: { kind: 'system', id: 'temporal' },
      });
    },
  );
});

describe('an update', () => {
  const command = { runId: RUN, stepName: 'one', actor };

  test('to retry is read with or without inputs', () => {
    expect(readRetry(command)).toEqual({ stepName: 'one', actor, inputs: undefined });
    expect(readRetry({ ...command, inputs: { a: 1, b: 'x', c: true } })?.inputs).toEqual({
      a: 1,
      b: 'x',
      c: true,
    });
  });

  test.each([{ actor: undefined }, { stepName: 1 }, { inputs: null }, { inputs: [] }, { inputs: { a: {} } }])(
    'to retry is not read with %j',
    (wrong) => {
      expect(readRetry({ ...command, ...wrong })).toBeUndefined();
    },
  );

  test('to decide is read with its comment', () => {
    expect(readDecision({ ...command, decision: 'rejected', comment: 'No.' })).toEqual({
      stepName: 'one',
      actor,
      decision: 'rejected',
      comment: 'No.',
    });
  });

  test.each([{ actor: 7 }, { stepName: undefined }, { decision: 'perhaps' }])(
    'to decide is not read with %j',
    (wrong) => {
      expect(readDecision({ ...command, decision: 'approved', ...wrong })).toBeUndefined();
    },
  );

  test('of the inputs is read whole or not at all', () => {
    expect(readChangedInputs({ actor, inputs: { a: 1 } })).toEqual({ actor, inputs: { a: 1 } });
    expect(readChangedInputs({ actor })).toBeUndefined();
    expect(readChangedInputs({ inputs: { a: 1 } })).toBeUndefined();
  });

  test('to skip has a reason, and perhaps the name of its outputs', () => {
    expect(readSkip({ ...command, reason: 'By hand.' })).toEqual({
      ...{ stepName: 'one', actor, reason: 'By hand.', outputsId: undefined },
    });
    expect(readSkip({ ...command, reason: 'By hand.', outputsId: 'c-1' })?.outputsId).toBe('c-1');
    for (const wrong of [{ reason: 1 }, { stepName: undefined }, { actor: 'ann' }])
      expect(readSkip({ ...command, reason: 'By hand.', ...wrong })).toBeUndefined();
  });

  test('to pause or resume has an actor, and perhaps a reason', () => {
    expect(readPause({ actor })).toEqual({ actor, reason: undefined });
    expect(readPause({ actor, reason: 'Freeze.' })?.reason).toBe('Freeze.');
    expect(readPause({ reason: 'Freeze.' })).toBeUndefined();
  });
});
