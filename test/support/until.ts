import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `look` gives something, and says what it saw last when it never does. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined | false>,
  { timeoutMs = 60_000, everyMs = 100 }: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await look();
      if (value !== undefined && value !== false) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await delay(everyMs);
  }
  const why = last instanceof Error ? `: ${last.message}` : '';
  throw new Error(`${what}: not within ${timeoutMs} ms${why}`, { cause: last });
}
