import { expect, it, vi } from 'vitest';
import { loadPatiently, waitingParts } from './patient-lazy.ts';

function failing(times: number) {
  let left = times;
  return vi.fn(async () => {
    left -= 1;
    if (left >= 0) throw new TypeError('Failed to fetch dynamically imported module');
    return 'the part';
  });
}

it('a part that cannot be loaded while the server is away is loaded once it is back', async () => {
  vi.useFakeTimers();
  const answers = [new TypeError('refused'), new Response(null, { status: 502 }), new Response()];
  vi.stubGlobal('fetch', async () => {
    const answer = answers.shift();
    if (answer instanceof Response) return answer;
    throw answer;
  });
  const load = failing(3);
  const told: boolean[] = [];
  const stop = waitingParts.subscribe(() => told.push(waitingParts.isAny()));
  const loaded = loadPatiently(load);
  await vi.runAllTimersAsync();
  expect(await loaded).toBe('the part');
  expect(load).toHaveBeenCalledTimes(4);
  expect(told).toEqual([true, false]);
  stop();
});

it('a part that the server no longer has fails', async () => {
  vi.stubGlobal('fetch', async () => new Response());
  await expect(loadPatiently(failing(2))).rejects.toThrow('Failed to fetch');
});
