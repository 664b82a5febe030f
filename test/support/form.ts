/** `make faults LONG=1` runs the long form: what the promises name. The short one, of every `make test`, is the same in small. */
export const isLong = process.env['LONG'] === '1';

export function inForm<Value>(short: Value, long: Value): Value {
  return isLong ? long : short;
}

/** Time limits of a fault test: stacks start and stop within them on a slow machine too. */
export const LIMIT_MS = inForm(180_000, 1_800_000);
