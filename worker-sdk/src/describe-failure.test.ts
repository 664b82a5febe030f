import { describe, expect, it } from 'vitest';
import { describeFailure, isPassing } from './describe-failure.ts';
import { StepFailure } from './step-failure.ts';

const classOf = (error: unknown) => describeFailure(error).failureClass;

describe('describing what a handler threw', () => {
  it.each([
    [new DOMException('The operation timed out', 'TimeoutError'), 'timeout'],
    [Object.assign(new Error('socket'), { code: 'UND_ERR_SOCKET' }), 'transport'],
    [new Error('outer', { cause: new Error('inner', { cause: { code: 'ECONNRESET' } }) }), 'transport'],
    [Object.assign(new Error('Too many'), { status: 429 }), 'throttled'],
    [Object.assign(new Error('API rate limit exceeded'), { status: 403 }), 'throttled'],
    [Object.assign(new Error('Forbidden'), { status: 403 }), undefined],
    [Object.assign(new Error('Oops'), { status: 500 }), 'transport'],
    [new TypeError('x is not a function'), undefined],
    ['a text', undefined],
    [null, undefined],
  ])('sees the class of %s', (error, failureClass) => {
    expect(classOf(error)).toBe(failureClass);
    expect(describeFailure(error).retryable).toBe(true);
  });

  it('says why beneath what', () => {
    expect(describeFailure(new TypeError('fetch failed', { cause: new Error('no route') })).message).toBe(
      'fetch failed: no route',
    );
    expect(describeFailure(new RangeError()).message).toBe('RangeError');
    expect(describeFailure('a text').message).toBe('a text');
  });

  it('knows what may pass by itself', () => {
    expect(isPassing(describeFailure(new StepFailure('x', { failureClass: 'throttled' })))).toBe(true);
    expect(isPassing(describeFailure(new StepFailure('x', { failureClass: 'conflict' })))).toBe(false);
    expect(isPassing(describeFailure(new Error('x')))).toBe(false);
  });

  it('keeps the cause of a step failure for the log', () => {
    const cause = new Error('why');
    expect(new StepFailure('x', { cause }).cause).toBe(cause);
  });
});
