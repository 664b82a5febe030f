import { describe, expect, it, vi } from 'vitest';
import { anEvent } from '../testing/samples.ts';
import type { EventList } from './contract.ts';
import { catchUp, type ReadEvents, reachBack } from './event-log.ts';
import type { Kept } from './kept-read.ts';

/** A log of which pages of three are read; `e9` is newer than `e8`. */
function serverOf(count: { of: number }): ReadEvents {
  return async (cursor, previous) => {
    const from = cursor === undefined ? count.of : Number(cursor);
    const ids = [from, from - 1, from - 2].filter((id) => id > 0);
    const next = from - 3;
    const body: EventList = {
      items: ids.map((id) => anEvent(`e${id}`)),
      ...(next > 0 && { nextCursor: String(next) }),
    };
    const etag = String(from);
    return previous?.etag === etag ? previous : ({ body, etag } satisfies Kept<EventList>);
  };
}

const ids = (log: { items: readonly { id: string }[] }) => log.items.map((event) => event.id);

describe('an event log', () => {
  it('puts what happened since on top and keeps what was loaded below', async () => {
    const count = { of: 6 };
    const read = serverOf(count);
    const older = await reachBack(await catchUp(undefined, read), read);
    count.of = 8;
    expect(ids(await catchUp(older, read))).toEqual(['e8', 'e7', 'e6', 'e5', 'e4', 'e3', 'e2', 'e1']);
  });

  it('is the same object when nothing happened', async () => {
    const read = serverOf({ of: 4 });
    const log = await catchUp(undefined, read);
    expect(await catchUp(log, read)).toBe(log);
  });

  it('closes the gap when more happened than one page holds', async () => {
    const count = { of: 3 };
    const read = serverOf(count);
    const log = await catchUp(undefined, read);
    count.of = 10;
    expect(ids(await catchUp(log, read))).toEqual([
      'e10',
      'e9',
      'e8',
      'e7',
      'e6',
      'e5',
      'e4',
      'e3',
      'e2',
      'e1',
    ]);
  });

  it('begins anew after a long absence, and the older ones can be loaded again', async () => {
    const count = { of: 3 };
    const read = serverOf(count);
    const log = await catchUp(undefined, read);
    count.of = 60;
    const after = await catchUp(log, read);
    expect(after.items).toHaveLength(15);
    expect(after.nextCursor).toBe('45');
    expect(ids(await reachBack(after, read)).slice(-3)).toEqual(['e45', 'e44', 'e43']);
  });

  it('asks for nothing beyond the oldest event', async () => {
    const read = vi.fn(serverOf({ of: 2 }));
    const log = await catchUp(undefined, read);
    expect(await reachBack(log, read)).toBe(log);
    expect(read).toHaveBeenCalledTimes(1);
  });
});
