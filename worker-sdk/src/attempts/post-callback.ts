import type { components } from '@loom/api';
import { z } from 'zod';
import { readRetryAfterMs } from '../timing.ts';
import { createWorkQueue } from './work-queue.ts';

export type StepCallback = components['schemas']['StepCallback'];

/** What the server makes of a callback. */
export type CallbackAnswer =
  | { readonly kind: 'acknowledged' }
  /** Not now: the server or the way to it is in trouble, or it came too fast. */
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs: number | undefined }
  /** Nobody waits for this attempt any more. `isOver` means for good. */
  | { readonly kind: 'stop'; readonly reason: string; readonly isOver: boolean }
  /** The callback itself does not fit. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface CallbackTarget {
  readonly callbackUrl: string;
  readonly callbackToken: string;
  readonly traceparent: string | undefined;
}

/** Sends one callback, once. Never rejects. */
export type PostCallback = (target: CallbackTarget, callback: StepCallback) => Promise<CallbackAnswer>;

const problem = z.object({ title: z.string().optional(), detail: z.string().optional() });

async function describeAnswer(response: Response): Promise<string> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined));
  const words = parsed.success ? (parsed.data.detail ?? parsed.data.title) : undefined;
  return words === undefined ? `HTTP ${response.status}` : `HTTP ${response.status}: ${words.slice(0, 500)}`;
}

async function readAnswer(response: Response): Promise<CallbackAnswer> {
  const { status } = response;
  if (status >= 200 && status < 300) {
    await response.body?.cancel();
    return { kind: 'acknowledged' };
  }
  const reason = await describeAnswer(response);
  if (status === 401 || status === 404 || status === 409) return { kind: 'stop', reason, isOver: false };
  if (status === 410) return { kind: 'stop', reason, isOver: true };
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) return { kind: 'refused', reason };
  return { kind: 'later', reason, retryAfterMs: readRetryAfterMs(response.headers.get('retry-after')) };
}

async function send(
  target: CallbackTarget,
  callback: StepCallback,
  timeoutMs: number,
): Promise<CallbackAnswer> {
  const { callbackUrl, callbackToken, traceparent } = target;
  try {
    const response = await fetch(callbackUrl, {
      method: 'POST',
      // A callback carries its token; it goes where the dispatch said and nowhere else.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${callbackToken}`,
        ...(traceparent === undefined ? {} : { traceparent }),
      },
      body: JSON.stringify(callback),
    });
    return await readAnswer(response);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { kind: 'later', reason, retryAfterMs: undefined };
  }
}

/** Sends at most 32 callbacks at once, so that a worker with many attempts does not flood a server that came back. */
export function createPostCallback(timeoutMs = 10_000): PostCallback {
  const turns = createWorkQueue(32);
  return (target, callback) =>
    new Promise((resolve) => {
      turns.push(async () => resolve(await send(target, callback, timeoutMs)));
    });
}
