/** Values that were used last, within a bound of memory. */
export interface KeptValues<Value> {
  /** Does not count as a use. */
  peek(key: string): Value | undefined;
  /** Counts as a use. A value that is larger than the bound is not kept. */
  keep(key: string, value: Value): void;
  forget(key: string): void;
}

export function createKeptValues<Value>(bound: number, sizeOf: (value: Value) => number): KeptValues<Value> {
  /** The least recently used first. */
  const kept = new Map<string, Value>();
  let size = 0;

  function forget(key: string): void {
    const value = kept.get(key);
    if (value === undefined) return;
    kept.delete(key);
    size -= sizeOf(value);
  }

  return {
    peek: (key) => kept.get(key),
    keep(key, value) {
      forget(key);
      kept.set(key, value);
      size += sizeOf(value);
      for (const oldest of kept.keys()) {
        if (size <= bound) return;
        forget(oldest);
      }
    },
    forget,
  };
}
