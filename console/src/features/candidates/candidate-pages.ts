import type { CandidateList, CandidateSummary } from '../../shared/contract.ts';
import type { Kept } from '../../shared/kept-read.ts';

export interface CandidatePage {
  /** Where it begins; nothing for the first. */
  readonly cursor: string | undefined;
  readonly kept: Kept<CandidateList>;
}

export interface CandidatePages {
  readonly pages: readonly CandidatePage[];
  /** Of the answer that was read last. */
  readonly total: number;
}

export type ReadPage = (
  cursor: string | undefined,
  previous: Kept<CandidateList> | undefined,
) => Promise<Kept<CandidateList>>;

export interface Wish {
  /** How many pages are to be there. */
  readonly pages: number;
  /** The pages that can be seen, which are the ones that are read again. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/**
 * Brings the loaded pages up to date, one request at a time: first the pages that are wished for and missing, then
 * those that can be seen. Pages out of sight stay as they are, so that a poll costs the same however far one scrolled.
 * A page that ends elsewhere than before moves the start of the next one, which is then read afresh once it is seen.
 */
export async function refreshPages(
  before: CandidatePages | undefined,
  wish: () => Wish,
  read: ReadPage,
): Promise<CandidatePages> {
  const pages: CandidatePage[] = [...(before?.pages ?? [])];
  let total = before?.total ?? 0;
  const readAt = async (index: number, cursor: string | undefined): Promise<void> => {
    const old = pages[index];
    const kept = await read(cursor, old?.cursor === cursor ? old?.kept : undefined);
    if (kept === old?.kept && cursor === old.cursor) return;
    pages[index] = { cursor, kept };
    total = kept.body.total;
    if (kept.body.nextCursor === undefined) pages.length = index + 1;
  };

  const loadMissing = async (): Promise<void> => {
    while (pages.length < Math.max(1, wish().pages)) {
      const last = pages.at(-1);
      const cursor = last?.kept.body.nextCursor;
      if (last !== undefined && cursor === undefined) return;
      await readAt(pages.length, cursor);
    }
  };

  const isFirstRead = pages.length === 0;
  await loadMissing();
  if (isFirstRead) return { pages, total };
  const { firstSeen, lastSeen } = wish();
  for (let index = firstSeen; index <= lastSeen && index < pages.length; index += 1) {
    const cursor = index === 0 ? undefined : pages[index - 1]?.kept.body.nextCursor;
    if (index > 0 && cursor === undefined) break;
    await readAt(index, cursor);
    await loadMissing();
  }
  const isSame =
    before?.pages.length === pages.length && pages.every((page, index) => page === before.pages[index]);
  return isSame ? before : { pages, total };
}

/** The rows of all pages in order; a row that moved while a page was out of sight is shown where it comes first. */
export function rowsOf({ pages }: CandidatePages): readonly CandidateSummary[] {
  const [first, ...others] = pages;
  if (first === undefined) return [];
  if (others.length === 0) return first.kept.body.items;
  const rows = new Map<string, CandidateSummary>();
  for (const page of pages)
    for (const row of page.kept.body.items) if (!rows.has(row.id)) rows.set(row.id, row);
  return [...rows.values()];
}
