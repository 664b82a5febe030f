import type { ConcurrencyKeys, KeyHolder } from '../../application/ports/concurrency-keys.ts';
import type { RunRef } from '../../application/ports/refs.ts';
import type { Clock } from '../../application/ports/system.ts';

interface Queue {
  holder: KeyHolder | undefined;
  readonly waiting: Map<string, RunRef>;
  /** Who was named and did not come. */
  readonly missed: Set<string>;
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
      const queue = queues.get(key) ?? {
        holder: undefined,
        waiting: new Map(),
        missed: new Set(),
        named: undefined,
      };
      queues.set(key, queue);
      if (queue.holder?.idempotencyKey === idempotencyKey) return { kind: 'held' };
      queue.missed.delete(idempotencyKey);
      const [first] = queue.waiting.keys();
      if (queue.holder === undefined && (first === undefined || first === idempotencyKey)) {
        queue.waiting.delete(idempotencyKey);
        queue.holder = { migrationId, candidateId, runId, idempotencyKey };
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
      queue.missed.delete(idempotencyKey);
      const had = queue.holder?.idempotencyKey === idempotencyKey;
      if (had) queue.holder = undefined;
      if (queue.holder === undefined && queue.waiting.size === 0) queues.delete(key);
      return had ? name(queue) : undefined;
    },
    async takeNext(limit) {
      const now = clock.now().getTime();
      const next: RunRef[] = [];
      for (const [key, queue] of queues) {
        if (next.length >= limit) break;
        const [first] = queue.waiting;
        if (queue.holder !== undefined || first === undefined) continue;
        if (queue.named?.idempotencyKey === first[0]) {
          if (now - queue.named.atMs < PATIENCE_MS) continue;
          queue.waiting.delete(first[0]);
          if (!queue.missed.delete(first[0])) {
            queue.missed.add(first[0]);
            queue.waiting.set(...first);
          }
          if (queue.waiting.size === 0) queues.delete(key);
        }
        const run = name(queue);
        if (run !== undefined) next.push(run);
      }
      return next;
    },
    listWaitedFor: async () =>
      [...queues].flatMap(([key, { holder, waiting }]) =>
        holder === undefined || waiting.size === 0 ? [] : [{ key, holder }],
      ),
  };
}
