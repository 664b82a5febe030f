import { describe, expect, it } from 'vitest';
import type { Kept } from './kept-read.ts';
import { ProblemError } from './problem.ts';
import { followTail, type ListBody, type ReadTail, reachBack } from './tail.ts';

interface Item {
  readonly id: string;
}

/** A log of which pages of three are read; `e09` is newer than `e08`. */
function serverOf(count: { of: number; keptFrom?: number }) {
  const asked: string[] = [];
  const read: ReadTail<Item> = async (place, previous) => {
    const [from, to] = rangeOf(place);
    asked.push(JSON.stringify(place));
    const ids = Array.from({ length: Math.max(0, from - to) }, (_, index) => from - index);
    const next = 'after' in place || to <= 0 ? {} : { nextCursor: String(to) };
    const body: ListBody<Item> = {
      items: ids.map((id) => ({ id: `e${String(id).padStart(2, '0')}` })),
      ...next,
    };
    const etag = JSON.stringify(body);
    return previous?.etag === etag ? previous : ({ body, etag } satisfies Kept<ListBody<Item>>);
  };
  const rangeOf = (place: Parameters<typeof read>[0]): readonly [number, number] => {
    if ('cursor' in place) return [Number(place.cursor), Math.max(0, Number(place.cursor) - 3)];
    if (place.after === undefined) return [count.of, Math.max(0, count.of - 3)];
    const after = Number(place.after.slice(1));
    if (after < (count.keptFrom ?? 0))
      throw new ProblemError({ type: '/problems/cursor-mismatch', title: 'No', status: 400 });
    return [Math.min(count.of, after + 3), after];
  };
  return { read, asked };
}
const ids = ({ items }: ListBody<Item>) => items.map(({ id }) => id);

describe('a tail', () => {
  it('asks only for what came after the newest and keeps what was loaded below', async () => {
    const count = { of: 6 };
    const { read, asked } = serverOf(count);
    const first = await followTail(undefined, read, 3);
    const older = await reachBack(first, read);
    expect(ids(older)).toEqual(['e06', 'e05', 'e04', 'e03', 'e02', 'e01']);
    expect(await reachBack(older, read)).toBe(older);
    count.of = 8;
    const later = await followTail(older, read, 3);
    expect(ids(later)).toEqual(['e08', 'e07', 'e06', 'e05', 'e04', 'e03', 'e02', 'e01']);
    expect(asked.at(-1)).toBe('{"after":"e06"}');
  });

  it('is the same object when nothing came, also of an empty log', async () => {
    for (const of of [0, 4]) {
      const { read } = serverOf({ of });
      const quiet = await followTail(await followTail(undefined, read, 3), read, 3);
      expect(await followTail(quiet, read, 3)).toBe(quiet);
    }
  });

  it('keeps how far back it was looked for what is rare, until something comes', async () => {
    const found: Item[] = [];
    let version = 0;
    const read: ReadTail<Item> = async (place) => {
      if ('cursor' in place) return { body: { items: [], nextCursor: 'c2' }, etag: undefined };
      return { body: { items: [...found], nextCursor: 'c1' }, etag: `"${(version += 1)}"` };
    };
    const back = await reachBack(await followTail(undefined, read, 3), read);
    expect((await followTail(back, read, 3)).nextCursor).toBe('c2');
    found.push({ id: 'e01' });
    expect(await followTail(back, read, 3)).toMatchObject({ items: found, nextCursor: 'c1' });
  });

  it('closes the gap when more came than one page holds', async () => {
    const count = { of: 3 };
    const { read } = serverOf(count);
    const first = await followTail(undefined, read, 3);
    count.of = 10;
    expect(ids(await followTail(first, read, 3))).toHaveLength(10);
  });

  it('begins anew after a long absence, and when its newest is no longer kept', async () => {
    const count: { of: number; keptFrom?: number } = { of: 3 };
    const { read } = serverOf(count);
    const first = await followTail(undefined, read, 3);
    count.of = 40;
    expect(ids(await followTail(first, read, 3))).toEqual(['e40', 'e39', 'e38']);
    count.of = 50;
    count.keptFrom = 45;
    expect(ids(await followTail(first, read, 3))).toEqual(['e50', 'e49', 'e48']);
  });

  it('tells nothing twice, and what fails otherwise fails', async () => {
    const { read } = serverOf({ of: 4 });
    const first = await followTail(undefined, read, 3);
    const repeats: ReadTail<Item> = async () => ({ body: { items: first.items }, etag: 'x' });
    expect(ids(await followTail(first, repeats, 3))).toEqual(ids(first));
    const breaks: ReadTail<Item> = () => Promise.reject(new Error('broken'));
    await expect(followTail(first, breaks, 3)).rejects.toThrow('broken');
  });
});
