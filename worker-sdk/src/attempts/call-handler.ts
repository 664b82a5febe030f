import type { Logger } from 'pino';
import { describeFailure } from '../describe-failure.ts';
import type { StepOutcome } from '../step-context.ts';
import { pause } from '../timing.ts';

export type AbortReason = 'cancelled' | 'superseded' | 'taken over' | 'stopped' | 'deadline' | 'shutdown';

/** What the signal of a handler is aborted with. */
export class AttemptAbortedError extends Error {
  readonly reason: AbortReason;

  constructor(reason: AbortReason) {
    super(`The attempt is over: ${reason}.`);
    this.name = 'AttemptAbortedError';
    this.reason = reason;
  }
}

export function isExpired({ reason }: AbortSignal): boolean {
  return reason instanceof AttemptAbortedError && reason.reason === 'deadline';
}

/** How a call of a handler ended. */
export type HandlerEnd =
  | { readonly kind: 'returned'; readonly outcome: StepOutcome }
  | { readonly kind: 'threw'; readonly outcome: Extract<StepOutcome, { status: 'failed' }> }
  /** Its signal was aborted, and it gave nothing. */
  | { readonly kind: 'aborted' };

/** A handler that does not end after its signal is aborted is waited for no longer than this. */
const abortGraceMs = 10_000;

/** Calls a handler, which may ignore its signal. Never rejects. */
export async function callHandler(
  call: () => Promise<StepOutcome>,
  signal: AbortSignal,
  log: Logger,
): Promise<HandlerEnd> {
  if (signal.aborted) return { kind: 'aborted' };
  const ended = new AbortController();
  const givenUp = new Promise<HandlerEnd>((resolve) => {
    signal.addEventListener(
      'abort',
      async () => {
        await pause(abortGraceMs, ended.signal);
        if (!ended.signal.aborted) log.error('a handler went on after its signal was aborted');
        resolve({ kind: 'aborted' });
      },
      { once: true, signal: ended.signal },
    );
  });
  const called = Promise.resolve()
    .then(call)
    .then(
      (outcome): HandlerEnd => ({ kind: 'returned', outcome }),
      (error: unknown): HandlerEnd => {
        if (signal.aborted) return { kind: 'aborted' };
        log.warn({ err: error }, 'a handler threw');
        return { kind: 'threw', outcome: describeFailure(error) };
      },
    );
  const end = await Promise.race([called, givenUp]);
  ended.abort();
  return end;
}
