import { type BurndownPoint, burndownPoints } from '../domain/burndown.ts';
import { compareRevisions as compareBodies, type RevisionDifference } from '../domain/compare-revisions.ts';
import type { RevisionBody } from '../domain/migration.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import type {
  AggregatePage,
  FailureCluster,
  PageQuery,
  StoredRevision,
} from './ports/migration-aggregates.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import { CURSOR_DETAIL } from './read-candidates.ts';

interface Deps {
  readonly store: MigrationStore;
}

export interface BurndownQuery {
  readonly migrationId: string;
  readonly resolution: 'hour' | 'day';
  /** RFC 3339; from the first point that is kept where it is not given. */
  readonly from?: string | undefined;
}

export const getBurndown =
  ({ store }: Deps) =>
  async ({ migrationId, resolution, from }: BurndownQuery): Promise<Outcome<readonly BurndownPoint[]>> => {
    const fromMs = from === undefined ? 0 : Date.parse(from);
    if (Number.isNaN(fromMs))
      return refuse('invalid-request', 'There is no such time.', {
        errors: [{ path: 'from', message: 'Send a time that the calendar has.' }],
      });
    const kept = await store.readCounts(migrationId);
    if (kept === undefined) return unknownMigration(migrationId);
    return succeed(burndownPoints(kept, resolution, fromMs));
  };

type ListQuery = PageQuery & { readonly migrationId: string };
type Listed<Item> = Extract<AggregatePage<Item>, { readonly kind: 'page' }>;

export const listFailures =
  ({ store }: Deps) =>
  async ({ migrationId, ...query }: ListQuery): Promise<Outcome<Listed<FailureCluster>>> =>
    answerPage(migrationId, await store.listFailures(migrationId, query));

export const listRevisions =
  ({ store }: Deps) =>
  async ({ migrationId, ...query }: ListQuery): Promise<Outcome<Listed<StoredRevision>>> =>
    answerPage(migrationId, await store.listRevisions(migrationId, query));

function answerPage<Item>(migrationId: string, page: AggregatePage<Item>): Outcome<Listed<Item>> {
  switch (page.kind) {
    case 'page':
      return succeed(page);
    case 'unknown-migration':
      return unknownMigration(migrationId);
    case 'cursor-mismatch':
      return refuse('cursor-mismatch', CURSOR_DETAIL);
    default:
      return page satisfies never;
  }
}

interface RevisionRef {
  readonly migrationId: string;
  readonly revision: string;
}

export const getRevision =
  ({ store }: Deps) =>
  async ({ migrationId, revision }: RevisionRef): Promise<Outcome<RevisionBody>> => {
    const body = await store.getRevision(migrationId, revision);
    if (body !== undefined) return succeed(body);
    return refuse('not-found', `The migration "${migrationId}" never had the revision "${revision}".`);
  };

export const compareRevisions =
  (deps: Deps) =>
  async ({
    migrationId,
    revision,
    from,
  }: RevisionRef & { readonly from: string }): Promise<Outcome<RevisionDifference>> => {
    const before = await getRevision(deps)({ migrationId, revision: from });
    if (!before.ok) return before;
    const after = await getRevision(deps)({ migrationId, revision });
    return after.ok ? succeed(compareBodies(before.value, after.value)) : after;
  };

function unknownMigration(migrationId: string): ReturnType<typeof refuse> {
  return refuse('not-found', `There is no migration "${migrationId}".`);
}
