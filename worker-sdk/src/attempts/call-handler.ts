import type { Logger } from 'pino';
import { z } from 'zod';
import { describeFailure } from '../describe-failure.ts';
import { describeIssues } from '../describe-issues.ts';
import type { StepOutcome } from '../step-context.ts';
import { StepFailure } from '../step-failure.ts';
import { pause } from '../timing.ts';

export type AbortReason = 'cancelled' | 'superseded' | 'taken over' | 'stopped' | 'deadline' | 'shutdown';

/** What the signal of a handler is aborted with. */
export class AttemptAbortedError extends Error {
  readonly reason: AbortReason;
  /** So long the server waits for the handler to end; absent when it does not wait. */
  readonly graceMs: number | undefined;

  constructor(reason: AbortReason, graceMs?: number) {
    super(`The attempt is over: ${reason}.`);
    this.name = 'AttemptAbortedError';
    this.reason = reason;
    this.graceMs = graceMs;
  }
}

export function isExpired({ reason }: AbortSignal): boolean {
  return reason instanceof AttemptAbortedError && reason.reason === 'deadline';
}

function graceOf({ reason }: AbortSignal): number | undefined {
  return reason instanceof AttemptAbortedError ? reason.graceMs : undefined;
}

/** How a call of a handler ended. */
export type HandlerEnd =
  | { readonly kind: 'returned'; readonly outcome: StepOutcome }
  | { readonly kind: 'threw'; readonly outcome: Extract<StepOutcome, { status: 'failed' }> }
  /** Its signal was aborted, and it gave nothing. */
  | { readonly kind: 'aborted' };

/** A handler that does not end after its signal is aborted is waited for no longer than this, where no other time is given. */
const abortGraceMs = 10_000;

const text = z.string().optional();
const data = z.record(z.string(), z.unknown()).optional();
const outcomeSchema = z.discriminatedUnion('status', [
  z.object({ status: z.enum(['succeeded', 'merged']), message: text, outputs: data, metadata: data }),
  z.object({ status: z.literal('failed'), message: z.string(), metadata: data }),
  z.object({ status: z.literal('pending'), message: z.string(), state: z.record(z.string(), z.unknown()) }),
]);

/** A handler in plain JavaScript may answer anything. */
function checkOutcome(outcome: StepOutcome): StepOutcome {
  const parsed = outcomeSchema.safeParse(outcome);
  if (parsed.success) return outcome;
  const why = `The handler answered what is no outcome: ${describeIssues(parsed.error).join('; ')}.`;
  throw new StepFailure(why, { failureClass: 'fatal' });
}

/** Calls a handler, which may ignore its signal. Never rejects. */
export async function callHandler(
  call: () => Promise<StepOutcome>,
  signal: AbortSignal,
  log: Logger,
  graceMs = abortGraceMs,
): Promise<HandlerEnd> {
  if (signal.aborted) return { kind: 'aborted' };
  const ended = new AbortController();
  const givenUp = new Promise<HandlerEnd>((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        void pause(graceOf(signal) ?? graceMs, ended.signal).then(() => {
          if (!ended.signal.aborted) log.error('a handler went on after its signal was aborted');
          resolve({ kind: 'aborted' });
        });
      },
      { once: true, signal: ended.signal },
    );
  });
  const called = Promise.resolve()
    .then(call)
    .then(checkOutcome)
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
