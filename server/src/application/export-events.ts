import type { LoggedEvent } from '../domain/event.ts';
import { type Outcome, succeed } from '../domain/problem.ts';
import type { EventLog, EventQuery } from './ports/event-log.ts';
import type { Page } from './ports/refs.ts';
import { listBareEvents } from './read-candidates.ts';

const ROWS_AT_ONCE = 200;
/** More than a spreadsheet is looked through. */
const MOST_ROWS = 100_000;

/** Every event that matches, the newest first, page by page as they are asked for. */
export const exportEvents =
  ({ events }: { readonly events: EventLog }) =>
  async (
    query: Omit<EventQuery, 'limit' | 'cursor' | 'after'>,
  ): Promise<Outcome<AsyncIterable<readonly LoggedEvent[]>>> => {
    const list = (cursor?: string) => listBareEvents({ events })({ ...query, limit: ROWS_AT_ONCE, cursor });
    const first = await list();
    return first.ok ? succeed(readOn(first.value, list)) : first;
  };

async function* readOn(
  first: Page<LoggedEvent>,
  list: (cursor: string) => Promise<Outcome<Page<LoggedEvent>>>,
): AsyncIterable<readonly LoggedEvent[]> {
  let page = first;
  for (let rows = 0; rows < MOST_ROWS; rows += page.items.length) {
    yield page.items.slice(0, MOST_ROWS - rows);
    if (page.nextCursor === undefined) return;
    const next = await list(page.nextCursor);
    // Its own cursor fits its own query.
    if (!next.ok) throw new Error(next.problem.detail);
    page = next.value;
  }
}
