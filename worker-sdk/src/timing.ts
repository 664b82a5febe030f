import { setTimeout as delay } from 'node:timers/promises';

/** Waits; ends early, and never rejects, when the signal is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch {
    // Aborted: the caller looks at its signal.
  }
}

/** Node fires a timer of more than this at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Calls back at a time that may be months away. @returns what calls it off. */
export function callAt(time: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = () => {
    const left = time - Date.now();
    timer = setTimeout(left > longestTimerMs ? arm : callback, Math.max(0, Math.min(left, longestTimerMs)));
    timer.unref();
  };
  arm();
  return () => clearTimeout(timer);
}

/** Delay before the n-th repetition (from 0): random up to a ceiling that doubles from 1 s to 60 s. */
export function retryDelayMs(repetition: number, random: () => number = Math.random): number {
  return random() * Math.min(60_000, 1_000 * 2 ** repetition);
}

/** What a `Retry-After` header asks for, in milliseconds. */
export function readRetryAfterMs(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** The time, spread by a fifth to both sides, so that things started together do not stay together. */
export function spreadMs(ms: number, random: () => number = Math.random): number {
  return ms * (0.8 + 0.4 * random());
}
