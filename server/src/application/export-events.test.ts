import { expect, test } from 'vitest';
import { createWorld } from '../../test/builders/application-world.ts';
import { anEvent } from '../../test/contracts/builders.ts';
import { exportEvents } from './export-events.ts';
import { listEvents } from './read-candidates.ts';

test('every event that matches is exported once, the newest first', async () => {
  const world = createWorld();
  for (let number = 0; number < 450; number += 1)
    await world.events.append(anEvent({ type: number % 2 === 0 ? 'even' : 'odd', data: { number } }));
  const exported = await exportEvents(world)({ type: 'even' });
  const numbers: unknown[] = [];
  if (exported.ok)
    for await (const page of exported.value) numbers.push(...page.map(({ data }) => data?.['number']));
  expect(numbers).toEqual(Array.from({ length: 225 }, (_, index) => 448 - 2 * index));
});

test('an export of what cannot be read is a problem, or ends in an error', async () => {
  const world = createWorld();
  const refuses = { ...world.events, list: async () => ({ kind: 'cursor-mismatch' }) as const };
  expect((await exportEvents({ events: refuses })({})).ok).toBe(false);
  let reads = 0;
  const breaks: typeof world.events = {
    ...world.events,
    list: async () => {
      reads += 1;
      return reads > 1 ? { kind: 'cursor-mismatch' } : { kind: 'page', items: [], nextCursor: 'next' };
    },
  };
  const exported = await exportEvents({ events: breaks })({});
  const read = async () => {
    if (exported.ok) for await (const _ of exported.value);
  };
  await expect(read()).rejects.toThrow('cursor');
});

test('events are read before a place or after one, not both', async () => {
  const world = createWorld();
  await world.events.append(anEvent({}));
  expect((await listEvents(world)({ limit: 1, cursor: 'x', after: 'y' })).ok).toBe(false);
});
