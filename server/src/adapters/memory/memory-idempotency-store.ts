import type { IdempotencyStore, KeptAnswer } from '../../application/ports/idempotency-store.ts';

/** Keeps for as long as the process lives. */
export function createMemoryIdempotencyStore(): IdempotencyStore {
  const kept = new Map<string, { readonly requestHash: string; readonly answer?: KeptAnswer }>();
  return {
    async begin(key, requestHash) {
      const known = kept.get(key);
      if (known === undefined) {
        kept.set(key, { requestHash });
        return { kind: 'first' };
      }
      if (known.requestHash !== requestHash) return { kind: 'mismatch' };
      return known.answer === undefined ? { kind: 'held' } : { kind: 'answered', answer: known.answer };
    },
    async finish(key, requestHash, answer) {
      const known = kept.get(key);
      if (known === undefined || (known.requestHash === requestHash && known.answer === undefined))
        kept.set(key, { requestHash, answer });
    },
    async abandon(key) {
      if (kept.get(key)?.answer === undefined) kept.delete(key);
    },
  };
}
