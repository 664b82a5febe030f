import { describe, expect, it, vi } from 'vitest';
import { aRow } from '../../testing/samples.ts';
import { type CandidatePages, type ReadPage, refreshPages, rowsOf, type Wish } from './candidate-pages.ts';

/** A server of ids in pages of two; a cursor is the last id before the page. */
function serverOf(state: { ids: string[] }) {
  const read: ReadPage = async (cursor, previous) => {
    const rest = state.ids.filter((id) => cursor === undefined || id > cursor);
    const items = rest.slice(0, 2).map((id) => aRow(id));
    const last = items.at(-1)?.id;
    const body = {
      items,
      total: state.ids.length,
      ...(rest.length > 2 && last !== undefined && { nextCursor: last }),
    };
    const etag = JSON.stringify(body);
    return previous?.etag === etag ? previous : { body, etag };
  };
  return vi.fn(read);
}

const wish =
  (pages: number, firstSeen = 0, lastSeen = 0): (() => Wish) =>
  () => ({ pages, firstSeen, lastSeen });
const ids = (pages: CandidatePages) => rowsOf(pages).map((row) => row.id);

describe('pages of candidates', () => {
  it('are read one after the other, as many as are wished for', async () => {
    const read = serverOf({ ids: ['a', 'b', 'c', 'd', 'e'] });
    const pages = await refreshPages(undefined, wish(2), read);
    expect(ids(pages)).toEqual(['a', 'b', 'c', 'd']);
    expect(pages.total).toBe(5);
    expect(read.mock.calls.map(([cursor]) => cursor)).toEqual([undefined, 'b']);
  });

  it('stay the same object when nothing changed', async () => {
    const read = serverOf({ ids: ['a', 'b', 'c'] });
    const pages = await refreshPages(undefined, wish(2), read);
    expect(await refreshPages(pages, wish(2, 0, 1), read)).toBe(pages);
  });

  it('are read again only where they can be seen', async () => {
    const read = serverOf({ ids: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] });
    const pages = await refreshPages(undefined, wish(4), read);
    read.mockClear();
    await refreshPages(pages, wish(4, 1, 1), read);
    expect(read.mock.calls.map(([cursor]) => cursor)).toEqual(['b']);
  });

  it('lose no row and show none twice when one is added in the middle', async () => {
    const state = { ids: ['a', 'c', 'e', 'g'] };
    const read = serverOf(state);
    const pages = await refreshPages(undefined, wish(2), read);
    state.ids = ['a', 'b', 'c', 'e', 'g'];
    const after = await refreshPages(pages, wish(2, 0, 1), read);
    expect(ids(after)).toEqual(['a', 'b', 'c', 'e']);
    expect(after.total).toBe(5);
    expect(ids(await refreshPages(after, wish(3, 0, 2), read))).toEqual(['a', 'b', 'c', 'e', 'g']);
  });

  it('close up when rows leave', async () => {
    const state = { ids: ['a', 'b', 'c', 'd', 'e'] };
    const read = serverOf(state);
    const pages = await refreshPages(undefined, wish(3), read);
    state.ids = ['a', 'd', 'e'];
    expect(ids(await refreshPages(pages, wish(3, 0, 2), read))).toEqual(['a', 'd', 'e']);
  });

  it('end where the list ends', async () => {
    const state = { ids: ['a', 'b', 'c'] };
    const read = serverOf(state);
    const pages = await refreshPages(undefined, wish(9), read);
    expect(pages.pages).toHaveLength(2);
    state.ids = ['a'];
    expect((await refreshPages(pages, wish(9), read)).pages).toHaveLength(1);
  });
});
