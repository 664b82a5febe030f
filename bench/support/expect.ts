/** A benchmark that did not do what it measures is worth nothing, so it ends with an error. */
export function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`The benchmark is void: ${what}`);
}
