import { expect, it } from 'vitest';
import type { InspectionEntry, RunInspection } from '../../../shared/contract.ts';
import { anInspection } from '../../../testing/samples.ts';
import { catchUp, entryKey, type ReadInspection, reachBack } from './inspection-log.ts';

const entry = (eventId: number, part = 1): InspectionEntry => ({
  ...{ part, eventId, at: '2026-11-21T10:00:00.000Z', kind: 'step', text: `Event ${eventId}.` },
});

/** A history of which each read gives at most two entries, the newest first; the cursor is where they begin. */
function history() {
  const all: InspectionEntry[] = [];
  let version = 0;
  const read: ReadInspection = async (cursor, previous) => {
    const etag = String(version);
    if (cursor === undefined && previous?.etag === etag) return previous;
    const from = cursor === undefined ? 0 : Number(cursor);
    const newest = all.toReversed();
    const body: RunInspection = {
      ...anInspection({ entries: newest.slice(from, from + 2) }),
      ...(from + 2 < all.length && { nextCursor: String(from + 2) }),
    };
    return { body, etag };
  };
  const add = (...entries: InspectionEntry[]) => {
    all.push(...entries);
    version += 1;
  };
  return { read, add };
}

it('follows what happens, keeps what was read, and reaches back', async () => {
  const { read, add } = history();
  add(entry(1), entry(2), entry(3));
  const first = await catchUp(undefined, read);
  expect(first.entries.map(entryKey)).toEqual(['1-3', '1-2']);
  const whole = await reachBack(first, read);
  expect(whole.entries.map(entryKey)).toEqual(['1-3', '1-2', '1-1']);
  expect(whole.nextCursor).toBeUndefined();
  expect(await reachBack(whole, read)).toBe(whole);
  expect(await catchUp(whole, read)).toBe(whole);
  // A new history counts from 1 again.
  add(entry(1, 2));
  const later = await catchUp(whole, read);
  expect(later.entries.map(entryKey)).toEqual(['2-1', '1-3', '1-2', '1-1']);
  expect(later.nextCursor).toBeUndefined();
});

it('begins anew after so much that nothing is shared with what was read', async () => {
  const { read, add } = history();
  add(entry(1));
  const first = await catchUp(undefined, read);
  add(entry(2), entry(3), entry(4));
  const later = await catchUp(first, read);
  expect(later.entries.map(entryKey)).toEqual(['1-4', '1-3']);
  expect(later.nextCursor).toBe('2');
});
