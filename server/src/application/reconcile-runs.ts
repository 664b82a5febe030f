import { allMigrations } from './all-migrations.ts';
import { compareRun, confirm, type LookAtRunDeps, reconcileRun } from './look-at-run.ts';
import { type MigrationStore, StoreUnavailable } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { RunEngine } from './ports/run-engine.ts';
import { giveUpEnded, restoreEnded } from './restore-ended.ts';
import { findForgotten, restoreRun } from './restore-run.ts';
import { sleep } from './sleep.ts';

export interface ReconcileDeps extends LookAtRunDeps {
  readonly engine: LookAtRunDeps['engine'] & Pick<RunEngine, 'listOpen' | 'listClosed'>;
  /** Told of a run whose look failed; it is looked at again the next time. */
  readonly onRunFault: (run: RunRef, error: unknown) => void;
  readonly limits: LookAtRunDeps['limits'] & {
    /** Between the two looks that make a run lost. */
    readonly confirmAfterMs: number;
  };
}

export interface ReconcilePosition {
  readonly migrationId?: string | undefined;
  readonly cursor?: string | undefined;
  /** The store is another, or an older one: what it has of the migration is compared with the engine. */
  readonly comparison?: Comparison | undefined;
  /** All migrations were looked at; now the engine's own list is. */
  readonly isListing?: boolean | undefined;
}

export interface Comparison {
  readonly token: string;
  /** Open runs were looked at; now those that are over are. */
  readonly isListing?: boolean | undefined;
  /** Something is to be looked at again, so the next check begins anew. */
  readonly isPartial?: boolean | undefined;
  /** What could not be told for so many checks is marked for a person. */
  readonly isGivingUp?: boolean | undefined;
}

/**
 * So many checks in a row that could not tell how a run ended, ten minutes as the server is set up: longer than engines
 * take to come back. A workflow that cannot be queried then, such as one of code that is gone, never can be.
 */
const CHECKS_UNTIL_GIVEN_UP = 10;
const PAGE = 200;
const AT_ONCE = 10;

/**
 * Compares one page of open runs with the engine: starts what was claimed and never started, marks what vanished as
 * lost, ends what ignores its cancel, catches up with what a store that is an older one does not know. The only place
 * that repairs; no read does. One run that cannot be looked at does not keep the others from it; a store that is away
 * does.
 */
export const reconcilePage =
  (deps: ReconcileDeps) =>
  async (position: ReconcilePosition): Promise<ReconcilePosition | undefined> => {
    if (position.isListing === true) return restorePage(deps, position.cursor);
    const migrationId = position.migrationId ?? (await nextMigration(deps.store, undefined));
    if (migrationId === undefined) return undefined;
    const comparison = await compareFrom(deps, migrationId, position);
    if (comparison?.isListing === true) return comparePage(deps, { ...position, migrationId, comparison });
    const page = await deps.store.listOpenRuns(migrationId, position.cursor, PAGE);
    const look = comparison === undefined ? reconcileRun : compareRun;
    const suspects = (await inGroups(deps, page.items, look)).filter((run) => run !== undefined);
    if (suspects.length > 0) {
      await sleep(deps.limits.confirmAfterMs);
      await inGroups(deps, suspects, confirm);
    }
    if (page.nextCursor !== undefined) return { migrationId, cursor: page.nextCursor, comparison };
    if (comparison !== undefined) return { migrationId, comparison: { ...comparison, isListing: true } };
    return afterMigration(deps, migrationId);
  };

async function afterMigration({ store }: ReconcileDeps, migrationId: string): Promise<ReconcilePosition> {
  const next = await nextMigration(store, migrationId);
  return next === undefined ? { isListing: true } : { migrationId: next };
}

/** Asked at the first page of a migration; in normal times there is nothing to compare. */
async function compareFrom(
  { store }: ReconcileDeps,
  migrationId: string,
  { cursor, comparison }: ReconcilePosition,
): Promise<Comparison | undefined> {
  if (comparison !== undefined || cursor !== undefined) return comparison;
  const token = await store.beginComparison(migrationId);
  return token === undefined ? undefined : { token };
}

/** Looks for runs that are over and that the store has lost. */
async function comparePage(
  deps: ReconcileDeps,
  position: {
    readonly migrationId: string;
    readonly cursor?: string | undefined;
    readonly comparison: Comparison;
  },
): Promise<ReconcilePosition> {
  const { migrationId, cursor, comparison } = position;
  // The check of other migrations goes on; what the engine lists in the end says why.
  const page = await deps.engine.listClosed(migrationId, cursor, PAGE).catch(() => undefined);
  if (page === undefined) return afterMigration(deps, migrationId);
  const look = comparison.isGivingUp === true ? giveUpEnded : restoreEnded;
  const results = await inGroups(deps, page.items, look);
  const isPartial = comparison.isPartial === true || results.some((isDone) => isDone !== true);
  if (page.nextCursor !== undefined)
    return { migrationId, cursor: page.nextCursor, comparison: { ...comparison, isPartial } };
  const { token } = comparison;
  if (!isPartial) await deps.store.endComparison(migrationId, token);
  else if (comparison.isGivingUp !== true) {
    const repeated = await deps.store.repeatComparison(migrationId, token);
    if (repeated >= CHECKS_UNTIL_GIVEN_UP)
      return { migrationId, comparison: { token, isListing: true, isGivingUp: true } };
  }
  return afterMigration(deps, migrationId);
}

/** Looks for runs that the engine has and the store has lost. */
async function restorePage(
  deps: ReconcileDeps,
  cursor: string | undefined,
): Promise<ReconcilePosition | undefined> {
  const page = await deps.engine.listOpen(cursor, PAGE);
  const forgotten = await inGroups(deps, page.items, findForgotten);
  const suspects = forgotten.filter((run) => run !== undefined);
  if (suspects.length > 0) {
    await sleep(deps.limits.confirmAfterMs);
    await inGroups(deps, suspects, restoreRun);
  }
  return page.nextCursor === undefined ? undefined : { isListing: true, cursor: page.nextCursor };
}

/** Migrations by id; the one after the given. */
async function nextMigration(store: MigrationStore, after: string | undefined): Promise<string | undefined> {
  return (await allMigrations(store)).find(({ id }) => after === undefined || id > after)?.id;
}

async function inGroups<Run extends RunRef, Result>(
  deps: ReconcileDeps,
  runs: readonly Run[],
  look: (deps: ReconcileDeps, run: Run) => Promise<Result>,
): Promise<readonly (Result | undefined)[]> {
  const results: (Result | undefined)[] = [];
  for (let from = 0; from < runs.length; from += AT_ONCE) {
    const group = runs.slice(from, from + AT_ONCE);
    results.push(...(await Promise.all(group.map((run) => withoutFault(deps, run, () => look(deps, run))))));
  }
  return results;
}

async function withoutFault<Result>(
  { onRunFault }: ReconcileDeps,
  { migrationId, candidateId, runId }: RunRef,
  look: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    onRunFault({ migrationId, candidateId, runId }, error);
    return undefined;
  }
}
