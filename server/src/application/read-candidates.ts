import { type Candidate, whyInvalidCandidateId } from '../domain/candidate.ts';
import type { LoggedEvent } from '../domain/event.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import type { CandidatePage, CandidateQuery, LabelValues } from './ports/candidate-pages.ts';
import type { EventLog, EventQuery } from './ports/event-log.ts';
import type { MigrationStore, StoredRun } from './ports/migration-store.ts';
import type { CandidateRef, Page } from './ports/refs.ts';
import { type TellMessagesDeps, type ToldEvent, tellEvents } from './tell-messages.ts';

export const CURSOR_DETAIL = 'The cursor was made for another query, or is not one of ours.';

export function unknownCandidate({ migrationId, candidateId }: CandidateRef): ReturnType<typeof refuse> {
  const why = whyInvalidCandidateId(candidateId);
  if (why !== undefined)
    return refuse('invalid-request', why, { errors: [{ path: 'candidateId', message: why }] });
  return refuse('not-found', `There is no candidate "${candidateId}" in migration "${migrationId}".`);
}

type ListedCandidates = Extract<CandidatePage, { kind: 'page' }>;

export const listCandidates =
  ({ store }: { readonly store: MigrationStore }) =>
  async (query: CandidateQuery): Promise<Outcome<ListedCandidates>> =>
    outcomeOf(await store.listCandidates(query), query);

/** Nothing but that it is unchanged, when this is still the version of the page. */
export const listCandidatesUnless =
  ({ store }: { readonly store: MigrationStore }) =>
  async (
    version: number | undefined,
    query: CandidateQuery,
  ): Promise<Outcome<ListedCandidates | { readonly kind: 'unchanged' }>> => {
    const page = await store.listCandidatesUnless(version, query);
    return page.kind === 'unchanged' ? succeed(page) : outcomeOf(page, query);
  };

function outcomeOf(page: CandidatePage, { migrationId }: CandidateQuery): Outcome<ListedCandidates> {
  switch (page.kind) {
    case 'page':
      return succeed(page);
    case 'unknown-migration':
      return refuse('not-found', `There is no migration "${migrationId}".`);
    case 'cursor-mismatch':
      return refuse('cursor-mismatch', CURSOR_DETAIL);
    case 'unknown-filter':
      return refuse('unknown-filter', `Candidates cannot be filtered by the label "${page.key}".`, {
        errors: [
          {
            path: 'label',
            message: 'Use one of the label keys of the migration that has at most 500 values.',
          },
        ],
      });
    default:
      return page satisfies never;
  }
}

export const listLabelValues =
  ({ store }: { readonly store: MigrationStore }) =>
  async (migrationId: string): Promise<Outcome<readonly LabelValues[]>> => {
    const labels = await store.listLabelValues(migrationId);
    return labels === undefined
      ? refuse('not-found', `There is no migration "${migrationId}".`)
      : succeed(labels);
  };

export const getCandidate =
  ({ store }: { readonly store: MigrationStore }) =>
  async (ref: CandidateRef): Promise<Outcome<Candidate>> => {
    const candidate = await store.getCandidate(ref);
    return candidate === undefined ? unknownCandidate(ref) : succeed(candidate);
  };

export const listRuns =
  ({ store }: { readonly store: MigrationStore }) =>
  async (
    ref: CandidateRef,
    query: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Outcome<Page<StoredRun>>> => {
    if ((await store.getCandidate(ref)) === undefined) return unknownCandidate(ref);
    const page = await store.listRuns(ref, query);
    return page.kind === 'page' ? succeed(page) : refuse('cursor-mismatch', CURSOR_DETAIL);
  };

interface ListEventsDeps extends TellMessagesDeps {
  readonly events: EventLog;
}

/** With what was said of the attempts that ended. */
export const listEvents =
  (deps: ListEventsDeps) =>
  async (query: EventQuery): Promise<Outcome<Page<ToldEvent>>> => {
    const listed = await listBareEvents(deps)(query);
    if (!listed.ok) return listed;
    return succeed({ ...listed.value, items: await tellEvents(deps)(listed.value.items) });
  };

/** As they are kept. */
export const listBareEvents =
  ({ events }: { readonly events: EventLog }) =>
  async (query: EventQuery): Promise<Outcome<Page<LoggedEvent>>> => {
    if (query.cursor !== undefined && query.after !== undefined)
      return refuse('cursor-mismatch', 'Send a cursor or an `after`, not both.');
    const page = await events.list(query);
    return page.kind === 'page' ? succeed(page) : refuse('cursor-mismatch', CURSOR_DETAIL);
  };

export const listCandidateEvents =
  (deps: ListEventsDeps & { readonly store: Pick<MigrationStore, 'getCandidate'> }) =>
  async (query: EventQuery & CandidateRef): Promise<Outcome<Page<ToldEvent>>> => {
    if ((await deps.store.getCandidate(query)) === undefined) return unknownCandidate(query);
    return listEvents(deps)(query);
  };
