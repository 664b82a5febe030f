interface Counted {
  readonly value: string;
  readonly count: number;
}

/** The most frequent first, equally frequent ones by their text. */
export function compareLabelValues(one: Counted, other: Counted): number {
  return other.count - one.count || (one.value < other.value ? -1 : 1);
}
