import type { KeptAnswer } from '../../application/ports/idempotency-store.ts';

/** An answer as it goes over the wire, and as it is kept for an Idempotency-Key. */
export interface RenderedAnswer extends KeptAnswer {
  /** Instead of the body; only of reads, which are not kept. */
  readonly parts?: AsyncIterable<string>;
}
