/** Does the work for each of `count`, this many at once, and gives the time of each in milliseconds. */
export async function many(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const times: number[] = [];
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      const startedAt = performance.now();
      await work(index);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
  return times;
}
