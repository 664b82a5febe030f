import { describe, expect, it } from 'vitest';
import { failed, pending, succeeded } from '../outcomes.ts';
import { boundResult, cutText } from './bound-result.ts';

describe('putting an outcome into the bounds of the contract', () => {
  it('keeps what fits', () => {
    expect(boundResult(succeeded({ message: 'Done.', outputs: { a: 1 }, metadata: { b: 2 } }), 'e')).toEqual({
      eventId: 'e',
      status: 'succeeded',
      message: 'Done.',
      outputs: { a: 1 },
      metadata: { b: 2 },
    });
    expect(boundResult(pending('Waits.', { secret: 1 }, { prUrl: 'u' }), 'e')).toEqual({
      eventId: 'e',
      status: 'pending',
      message: 'Waits.',
      metadata: { prUrl: 'u' },
    });
  });

  it('says whether a failure is worth another try', () => {
    const retryable = (outcome: ReturnType<typeof failed>) => boundResult(outcome, 'e').retryable;
    expect(retryable(failed('x'))).toBe(true);
    expect(retryable(failed('x', { failureClass: 'transport' }))).toBe(true);
    expect(retryable(failed('x', { failureClass: 'invalid' }))).toBe(false);
    expect(retryable(failed('x', { failureClass: 'fatal', retryable: true }))).toBe(true);
  });

  it('turns data that is not JSON, or too large, into a failure that keeps what was said', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(boundResult(succeeded({ outputs: circular }), 'e')).toMatchObject({
      status: 'failed',
      failureClass: 'invalid',
      message: expect.stringMatching(/its data are not JSON/),
    });
    expect(boundResult(pending('Waits.', { n: 1n }), 'e')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/its data are not JSON/),
    });
    expect(boundResult(pending('Waits.', { x: 'x'.repeat(70_000) }), 'e')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/keeps while it is pending takes more than 64 KB/),
    });
    expect(
      boundResult(failed('No token-word here.', { metadata: { x: 'x'.repeat(70_000) } }), 'e', [
        'token-word',
      ]),
    ).toMatchObject({ status: 'failed', message: expect.stringMatching(/It had failed: No \*\*\* here\.$/) });
  });

  it('cuts a text at a character', () => {
    expect(cutText('short', 10)).toBe('short');
    expect(cutText('ééééé', 8)).toBe('éé…');
  });
});
