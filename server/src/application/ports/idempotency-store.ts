/** Remembers answers to operator requests for 24 h under their Idempotency-Key. */
export interface IdempotencyStore {
  /** `first`: act, then `finish` or `abandon`. `held`: another request with this key is being answered now. */
  begin(
    key: string,
    requestHash: string,
  ): Promise<
    | { readonly kind: 'first' }
    | { readonly kind: 'held' }
    | { readonly kind: 'mismatch' }
    | { readonly kind: 'answered'; readonly answer: KeptAnswer }
  >;
  finish(key: string, requestHash: string, answer: KeptAnswer): Promise<void>;
  /** Nothing was changed, so the key may be used again. */
  abandon(key: string): Promise<void>;
}

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
