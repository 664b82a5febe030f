import { ENGINE_ACTOR } from '../domain/event.ts';
import { catchUp, findAhead } from './catch-up-run.ts';
import { closeRun } from './close-run.ts';
import { giveUpClaim } from './give-up-claim.ts';
import { planRun } from './plan-run.ts';
import {
  type MigrationStore,
  type OpenRun,
  type StoredRun,
  StoreUnavailable,
} from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { RunEngine } from './ports/run-engine.ts';
import { giveUpEnded, restoreEnded, writeEnd } from './restore-ended.ts';
import { findForgotten, isHalfRestored, type RestoreRunDeps, restoreRun } from './restore-run.ts';

export interface ReconcileDeps extends RestoreRunDeps {
  readonly engine: RestoreRunDeps['engine'] & Pick<RunEngine, 'start' | 'listOpen' | 'listClosed'>;
  /** Told of a run whose look failed; it is looked at again the next time. */
  readonly onRunFault: (run: RunRef, error: unknown) => void;
  readonly limits: {
    /** A claim without a workflow is younger than this while its start is under way. */
    readonly startGraceMs: number;
    /** A cancelled run that is still there after this ignores its messages. */
    readonly cancelGraceMs: number;
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
  let cursor: string | undefined;
  for (;;) {
    const page = await store.listMigrations({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    if (page.kind !== 'page') return undefined;
    const found = page.items.find((migration) => after === undefined || migration.id > after);
    if (found !== undefined) return found.id;
    if (page.nextCursor === undefined) return undefined;
    cursor = page.nextCursor;
  }
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

/** Like `reconcileRun`; gives the run back also when the engine has it further than the store. */
async function compareRun(deps: ReconcileDeps, run: OpenRun): Promise<Suspect | undefined> {
  const suspect = await reconcileRun(deps, run);
  if (suspect !== undefined) return suspect;
  const ahead = await findAhead(deps, run);
  return ahead === undefined ? undefined : { ...run, seq: ahead.kept.stored.seq, isOpen: true };
}

/** Gives the run back when its workflow seems to have vanished, to be looked at once more. */
async function reconcileRun(deps: ReconcileDeps, run: OpenRun): Promise<Suspect | undefined> {
  const { engine, limits } = deps;
  if (run.ageMs < limits.startGraceMs) return undefined;
  const before = await deps.store.getRun(run);
  const workflow = await engine.describe(run);
  if (workflow === undefined || before === undefined) return undefined;
  if (workflow === 'open') {
    if (run.cancelAgeMs === undefined || run.cancelAgeMs < limits.cancelGraceMs) return undefined;
    if (run.cancelAgeMs < limits.cancelGraceMs + (await stepGraceMs(deps, run))) return undefined;
    await engine.terminate(run, 'The run ignored its cancel.');
    await closeRun(deps, run, 'cancelled', 'The run did not react to its cancel and was ended.');
    return undefined;
  }
  if (isClaimOnly(before) && !isHalfRestored(before)) {
    if (run.cancelAgeMs === undefined) await startClaimed(deps, run);
    else await giveUpClaim(deps, run, { actor: ENGINE_ACTOR });
    return undefined;
  }
  return { ...run, seq: before.seq };
}

/** What the steps of a run may ask for beyond the grace period of every cancel. */
async function stepGraceMs({ store }: ReconcileDeps, run: RunRef): Promise<number> {
  const steps = (await store.getManifest(run))?.steps ?? [];
  return Math.max(0, ...steps.map(({ cancelGraceSeconds = 0 }) => cancelGraceSeconds * 1_000));
}

/** No workflow of it has written anything yet. */
export function isClaimOnly({ seq }: Pick<StoredRun, 'seq'>): boolean {
  return seq < 0;
}

interface Suspect extends OpenRun {
  readonly seq: number;
  /** Its workflow is there. */
  readonly isOpen?: boolean | undefined;
}

function confirm(deps: ReconcileDeps, run: Suspect): Promise<void> {
  return run.isOpen === true ? catchUp(deps, run, run.seq) : confirmLost(deps, run);
}

/** Lost only when a second look agrees and nothing was written in between: its end may have been on its way. */
async function confirmLost(deps: ReconcileDeps, run: Suspect): Promise<void> {
  const stored = await deps.store.getRun(run);
  if (stored === undefined || stored.endedAt !== undefined || stored.seq !== run.seq) return;
  const workflow = await deps.engine.describe(run);
  if (workflow === undefined || workflow === 'open') return;
  const progress = workflow === 'closed' ? await deps.engine.progress(run) : undefined;
  const { migrationId, candidateId, runId } = run;
  if (progress?.ended !== undefined) return writeEnd(deps, { migrationId, candidateId, runId }, progress);
  if (run.cancelAgeMs !== undefined) await closeRun(deps, run, 'cancelled', 'Cancelled.');
  else await closeRun(deps, run, 'lost', 'The engine no longer knows this run; its effects so far remain.');
}

async function startClaimed({ store, engine }: ReconcileDeps, run: OpenRun): Promise<void> {
  const [manifest, stored] = await Promise.all([store.getManifest(run), store.getRun(run)]);
  if (manifest === undefined || stored === undefined || stored.endedAt !== undefined) return;
  await engine.start(run, planRun(manifest), stored.traceparent);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
