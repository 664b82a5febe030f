import type { IdempotencyStore } from '../../application/ports/idempotency-store.ts';
import { HttpProblem } from './http-problem.ts';
import type { RenderedAnswer } from './rendered-answer.ts';

export interface OnceOptions {
  readonly store: IdempotencyStore;
  /** Of method, path and Idempotency-Key. */
  readonly key: string;
  readonly requestHash: string;
  /** How long to wait for another request with this key. */
  readonly waitMs: number;
  /** The caller is gone. */
  readonly signal: AbortSignal;
  /** Told when the answer could not be kept. */
  readonly onUnkept: (error: unknown) => void;
}

const POLL_MS = 100;

/** Acts for the first request with a key and gives everyone after it the same answer. Failures of ours are not kept. */
export async function answerOnce(
  options: OnceOptions,
  act: () => Promise<RenderedAnswer>,
): Promise<RenderedAnswer> {
  const { store, key, requestHash } = options;
  const begun = await beginOrWait(options);
  if (begun.kind === 'mismatch')
    throw new HttpProblem({
      word: 'idempotency-mismatch',
      detail: 'This Idempotency-Key came with another request before.',
    });
  if (begun.kind === 'answered')
    return {
      ...begun.answer,
      headers: { ...begun.answer.headers, 'Idempotency-Replayed': 'true' },
    };
  try {
    const answer = await act();
    if (answer.status >= 500) await store.abandon(key).catch(options.onUnkept);
    else await store.finish(key, requestHash, answer).catch(options.onUnkept);
    return answer;
  } catch (error) {
    await store.abandon(key).catch(options.onUnkept);
    throw error;
  }
}

async function beginOrWait({ store, key, requestHash, waitMs, signal }: OnceOptions) {
  const until = performance.now() + waitMs;
  for (;;) {
    const begun = await store.begin(key, requestHash);
    if (begun.kind !== 'held') return begun;
    if (signal.aborted || performance.now() >= until)
      throw new HttpProblem({
        word: 'unavailable',
        detail: 'Another request with this Idempotency-Key is still being answered.',
        retryAfterSeconds: 2,
      });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
