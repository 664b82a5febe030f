import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import type { DeliveryFilter, DeliveryLog } from './ports/delivery-log.ts';
import type { EventLog } from './ports/event-log.ts';
import type { CandidateRef, RunRef } from './ports/refs.ts';
import type { HashJson } from './ports/system.ts';
import { CURSOR_DETAIL } from './read-candidates.ts';
import { type ResolveTimelineDeps, resolveTimeline, type TimelineSubject } from './resolve-timeline.ts';
import { type TellMessagesDeps, tellMessages } from './tell-messages.ts';
import {
  itemOfDelivery,
  itemOfEvent,
  type TimelineItem,
  type TimelineOutcome,
  type TimelineSource,
} from './timeline-items.ts';

export interface GetTimelineDeps extends ResolveTimelineDeps {
  readonly store: ResolveTimelineDeps['store'] & TellMessagesDeps['store'];
  readonly events: EventLog;
  readonly deliveries: DeliveryLog;
  readonly hashJson: HashJson;
}

export type TimelineOrder = 'newest' | 'oldest';

export interface TimelineQuery {
  readonly id: string;
  /** Any of them; none for all. */
  readonly sources: readonly TimelineSource[];
  readonly outcomes: readonly TimelineOutcome[];
  /** What comes first. */
  readonly order: TimelineOrder;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface Timeline {
  readonly subject: {
    readonly kind: TimelineSubject['kind'];
    readonly runs: readonly RunRef[];
    readonly candidate?: CandidateRef | undefined;
    readonly deliveryId?: string | undefined;
  };
  /** In the order that was asked for. */
  readonly items: readonly TimelineItem[];
  readonly nextCursor?: string | undefined;
  /** Of all that match. */
  readonly total: number;
  /** There was too much to read all of it: the oldest is left out. */
  readonly isCut: boolean;
}

const MOST_RUNS = 20;
const MOST_READ = 2_000;
const READ_AT_ONCE = 200;
/** A filter without an index, such as of a trace that started no run, has pages of nothing, each looked through a lot. */
const MOST_PAGES = MOST_READ / READ_AT_ONCE;

const NOT_KNOWN = 'No run, trace, pull request, delivery or candidate of this name is known.';
const TRACE_NOT_SEEN =
  'No run was started by this trace, and nothing of it is in the newest part of the log, which is all that is looked through for a trace. Ask for the run or the candidate that it belongs to: of those everything is found.';

/** Everything that happened to whatever an id stands for, from all sources and in one order. */
export const getTimeline =
  (deps: GetTimelineDeps) =>
  async (query: TimelineQuery): Promise<Outcome<Timeline>> => {
    const { sources, outcomes, order, limit, cursor } = query;
    const filterHash = deps.hashJson([query.id, sources, outcomes, order]).slice(0, 16);
    const [hash, begin] = cursor?.split('~') ?? [filterHash];
    if (hash !== filterHash || (cursor !== undefined && begin === undefined))
      return refuse('cursor-mismatch', CURSOR_DETAIL);
    const id = query.id.trim();
    const subject = await resolveTimeline(deps, id);
    const found = subject === undefined ? [] : await Promise.all(placesOf(subject, id).map(gather(deps)));
    const own = subject?.delivery === undefined ? [] : [itemOfDelivery(subject.delivery)];
    const all = inOrder([...own, ...found.flatMap(({ items }) => items)], order);
    if (subject === undefined || (subject.runs.length === 0 && subject.kind === 'trace' && all.length === 0))
      return refuse('not-found', found.some(({ isCut }) => isCut) ? TRACE_NOT_SEEN : NOT_KNOWN);

    const matching = all.filter(
      ({ source, outcome }) =>
        (sources.length === 0 || sources.includes(source)) &&
        (outcomes.length === 0 || outcomes.includes(outcome)),
    );
    const rest =
      begin === undefined ? matching : matching.filter((item) => isBefore(begin, placeOf(item), order));
    const items = rest.slice(0, limit);
    const last = items.at(-1);
    return succeed({
      subject: {
        kind: subject.kind,
        runs: subject.runs,
        candidate: subject.candidate,
        deliveryId: subject.delivery?.id,
      },
      items: await tellMessages(deps)(items),
      total: matching.length,
      isCut: subject.runs.length > MOST_RUNS || found.some(({ isCut }) => isCut),
      nextCursor: rest.length > limit && last !== undefined ? `${filterHash}~${placeOf(last)}` : undefined,
    });
  };

type Place = Pick<DeliveryFilter, 'migrationId' | 'candidateId' | 'runId' | 'traceId'>;

/** Where to look. */
function placesOf({ kind, runs, candidate }: TimelineSubject, id: string): readonly Place[] {
  if (candidate !== undefined) return [candidate];
  if (kind === 'trace' && runs.length === 0) return [{ traceId: id.toLowerCase() }];
  return runs.slice(0, MOST_RUNS).map(({ migrationId, runId }) => ({ migrationId, runId }));
}

const gather =
  ({ events, deliveries }: GetTimelineDeps) =>
  async (place: Place) => {
    const [happened, said] = await Promise.all([
      readAll((page) => events.list({ ...place, ...page })),
      readAll((page) => deliveries.list({ ...place, ...page })),
    ]);
    return {
      items: [...happened.items.map(itemOfEvent), ...said.items.map(itemOfDelivery)],
      isCut: happened.isCut || said.isCut,
    };
  };

type ReadPage<Item> = (page: { readonly limit: number; readonly cursor?: string | undefined }) => Promise<
  | {
      readonly kind: 'page';
      readonly items: readonly Item[];
      readonly nextCursor?: string | undefined;
    }
  | { readonly kind: 'cursor-mismatch' }
>;

async function readAll<Item>(read: ReadPage<Item>) {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await read({ limit: READ_AT_ONCE, cursor });
    // Its own cursor fits its own query.
    if (page.kind !== 'page') throw new Error('The log does not know its own cursor.');
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  return { items, isCut: cursor !== undefined };
}

/** Each item once. */
function inOrder(items: readonly TimelineItem[], order: TimelineOrder): readonly TimelineItem[] {
  return [...new Map(items.map((item) => [item.id, item])).values()].sort((one, other) =>
    isBefore(placeOf(one), placeOf(other), order) ? -1 : 1,
  );
}

function isBefore(one: string, other: string, order: TimelineOrder): boolean {
  return order === 'oldest' ? one < other : one > other;
}

function placeOf({ at, id }: TimelineItem): string {
  return `${at} ${id}`;
}
