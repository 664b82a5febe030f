import { describe, expect, test } from 'vitest';
import { createDialSlots } from './dial-slots.ts';

const LONG_MS = 60_000;

describe('dial slots', () => {
  test('are bounded for each worker app by itself', async () => {
    const slots = createDialSlots(1, 5);
    await slots.acquire('a');

    expect(await slots.acquire('a')).toBeUndefined();
    expect(await slots.acquire('b')).toBeTypeOf('function');
  });

  test('go to those who wait, first come first served', async () => {
    const slots = createDialSlots(1, LONG_MS);
    const order: string[] = [];
    const first = await slots.acquire('a');
    const waiting = ['second', 'third'].map(async (name) => {
      const release = await slots.acquire('a');
      order.push(name);
      release?.();
    });
    first?.();
    await Promise.all(waiting);

    expect(order).toEqual(['second', 'third']);
  });

  test('are free again once everybody has given theirs back', async () => {
    const slots = createDialSlots(2, 5);
    const releases = [await slots.acquire('a'), await slots.acquire('a')];
    expect(await slots.acquire('a')).toBeUndefined();
    for (const release of releases) release?.();

    expect(await slots.acquire('a')).toBeTypeOf('function');
    expect(await slots.acquire('a')).toBeTypeOf('function');
    expect(await slots.acquire('a')).toBeUndefined();
  });

  test('given back twice are free once', async () => {
    const slots = createDialSlots(1, 5);
    const release = await slots.acquire('a');
    release?.();
    release?.();
    await slots.acquire('a');

    expect(await slots.acquire('a')).toBeUndefined();
  });

  test('are not given to one who has stopped waiting', async () => {
    const slots = createDialSlots(1, 5);
    const first = await slots.acquire('a');
    expect(await slots.acquire('a')).toBeUndefined();
    first?.();

    expect(await slots.acquire('a')).toBeTypeOf('function');
  });
});
