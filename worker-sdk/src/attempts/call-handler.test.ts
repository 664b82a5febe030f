import { describe, expect, it } from 'vitest';
import { succeeded } from '../outcomes.ts';
import type { StepOutcome } from '../step-context.ts';
import { collectLogs } from '../test-support/start-test-worker.ts';
import { AttemptAbortedError, callHandler } from './call-handler.ts';

const { lines, logger } = collectLogs();
const { signal: never } = new AbortController();

describe('calling a handler', () => {
  it('gives what it answers, also after its signal was aborted', async () => {
    const controller = new AbortController();
    const end = await callHandler(
      async () => {
        controller.abort(new AttemptAbortedError('deadline'));
        return succeeded();
      },
      controller.signal,
      logger,
    );
    expect(end).toEqual({ kind: 'returned', outcome: { status: 'succeeded' } });
  });

  it('does not call one whose signal is aborted already', async () => {
    let calls = 0;
    const end = await callHandler(
      async () => {
        calls += 1;
        return succeeded();
      },
      AbortSignal.abort(),
      logger,
    );
    expect([end, calls]).toEqual([{ kind: 'aborted' }, 0]);
  });

  it('takes what is thrown after an abort for the abort', async () => {
    const controller = new AbortController();
    const end = await callHandler(
      async () => {
        controller.abort();
        throw new Error('aborted');
      },
      controller.signal,
      logger,
    );
    expect(end).toEqual({ kind: 'aborted' });
  });

  it('waits as long as the abort says', async () => {
    const controller = new AbortController();
    const ended = callHandler(() => new Promise(() => {}), controller.signal, logger, 3_600_000);
    controller.abort(new AttemptAbortedError('cancelled', 1));
    expect(await ended).toEqual({ kind: 'aborted' });
  });

  it('waits no longer than its grace for one that ignores its signal', async () => {
    const controller = new AbortController();
    const ended = callHandler(() => new Promise(() => {}), controller.signal, logger, 1);
    controller.abort();
    expect(await ended).toEqual({ kind: 'aborted' });
    expect(lines.at(-1)).toMatchObject({ msg: 'a handler went on after its signal was aborted' });
  });

  it.each([
    [undefined, /^The handler answered what is no outcome: /],
    [{ status: 'done' }, /status/],
    [{ status: 'pending', message: 'Waits.' }, /state/],
    [{ status: 'succeeded', outputs: 'x' }, /outputs/],
  ])('fails a step whose handler answers %j', async (outcome, message) => {
    const end = await callHandler(async () => outcome as StepOutcome, never, logger);
    expect(end).toMatchObject({
      kind: 'threw',
      outcome: { failureClass: 'fatal', retryable: false, message: expect.stringMatching(message) },
    });
  });

  it('takes a handler that throws before it gives a promise', async () => {
    const end = await callHandler(
      () => {
        throw new TypeError('x is not a function');
      },
      never,
      logger,
    );
    expect(end).toMatchObject({ kind: 'threw', outcome: { message: 'x is not a function' } });
  });
});
