import type { ConcurrencyKeys, KeyHolder } from '../../application/ports/concurrency-keys.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import type { Clock } from '../../application/ports/system.ts';

interface Queue {
  holder: string | undefined;
  readonly waiting: Map<string, RunRef>;
  named: { readonly idempotencyKey: string; readonly atMs: number } | undefined;
}

export const PATIENCE_MS = 5_000;

export function createMemoryConcurrencyKeys({ clock }: { readonly clock: Clock }): ConcurrencyKeys {
  const queues = new Map<string, Queue>();

  function name(queue: Queue): RunRef | undefined {
    const [first] = queue.waiting;
    if (queue.holder !== undefined || first === undefined) return undefined;
    queue.named = { idempotencyKey: first[0], atMs: clock.now().getTime() };
    return first[1];
  }

  return {
    async acquire(key, { idempotencyKey, migrationId, candidateId, runId }: KeyHolder) {
      const queue = queues.get(key) ?? { holder: undefined, waiting: new Map(), named: undefined };
      queues.set(key, queue);
      if (queue.holder === idempotencyKey) return { kind: 'held' };
      const [first] = queue.waiting.keys();
      if (queue.holder === undefined && (first === undefined || first === idempotencyKey)) {
        queue.waiting.delete(idempotencyKey);
        queue.holder = idempotencyKey;
        return { kind: 'held' };
      }
      if (!queue.waiting.has(idempotencyKey))
        queue.waiting.set(idempotencyKey, { migrationId, candidateId, runId });
      const place = [...queue.waiting.keys()].indexOf(idempotencyKey);
      return { kind: 'queued', ahead: place + (queue.holder === undefined ? 0 : 1) };
    },
    async release(key, idempotencyKey) {
      const queue = queues.get(key);
      if (queue === undefined) return undefined;
      queue.waiting.delete(idempotencyKey);
      const had = queue.holder === idempotencyKey;
      if (had) queue.holder = undefined;
      if (queue.holder === undefined && queue.waiting.size === 0) queues.delete(key);
      return had ? name(queue) : undefined;
    },
    async takeNext(limit) {
      const now = clock.now().getTime();
      const next: RunRef[] = [];
      for (const queue of queues.values()) {
        if (next.length >= limit) break;
        const [first] = queue.waiting;
        if (queue.holder !== undefined || first === undefined) continue;
        if (queue.named?.idempotencyKey === first[0]) {
          if (now - queue.named.atMs < PATIENCE_MS) continue;
          queue.waiting.delete(first[0]);
          queue.waiting.set(...first);
        }
        const run = name(queue);
        if (run !== undefined) next.push(run);
      }
      return next;
    },
  };
}
