/** Several measurements of one thing. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return {
    median: sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2,
    min: at(0),
    max: at(sorted.length - 1),
    count: sorted.length,
  };
}

/** Of pairs that were measured side by side: what else the machine did then falls out of their ratio. */
export function ratiosOf(ours: readonly number[], others: readonly number[]): Spread {
  return spreadOf(ours.map((value, index) => value / (others[index] ?? Number.NaN)));
}

/**
 * Measures each contender once in each round, in turns from the front and from the back, so that none has the
 * warmer or the quieter machine.
 */
export async function interleave<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, (round: number) => Promise<number>>>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(contenders) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    const turn = round % 2 === 0 ? names : names.toReversed();
    for (const name of turn) measured[name].push(await contenders[name](round));
  }
  return measured;
}

export function formatSpread({ median, min, max }: Spread, digits = 2): string {
  const text = (value: number) => value.toFixed(digits);
  return `${text(median)} (${text(min)} to ${text(max)})`;
}
