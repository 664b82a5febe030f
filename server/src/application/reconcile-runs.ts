import { closeRun } from './close-run.ts';
import { planRun } from './plan-run.ts';
import {
  type MigrationStore,
  type OpenRun,
  type StoredRun,
  StoreUnavailable,
} from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';
import type { RunEngine } from './ports/run-engine.ts';
import { findForgotten, isHalfRestored, type RestoreRunDeps, restoreRun } from './restore-run.ts';

export interface ReconcileDeps extends RestoreRunDeps {
  readonly engine: RestoreRunDeps['engine'] & Pick<RunEngine, 'start' | 'listOpen'>;
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
  /** All migrations were looked at; now the engine's own list is. */
  readonly isListing?: boolean | undefined;
}

const PAGE = 200;
const AT_ONCE = 10;

/**
 * Compares one page of open runs with the engine: starts what was claimed and never started, marks what vanished as
 * lost, ends what ignores its cancel. The only place that repairs; no read does. One run that cannot be looked at does
 * not keep the others from it; a store that is away does.
 */
export const reconcilePage =
  (deps: ReconcileDeps) =>
  async (position: ReconcilePosition): Promise<ReconcilePosition | undefined> => {
    if (position.isListing === true) return restorePage(deps, position.cursor);
    const migrationId = position.migrationId ?? (await nextMigration(deps.store, undefined));
    if (migrationId === undefined) return undefined;
    const page = await deps.store.listOpenRuns(migrationId, position.cursor, PAGE);
    const suspects = (await inGroups(deps, page.items, reconcileRun)).filter((run) => run !== undefined);
    if (suspects.length > 0) {
      await sleep(deps.limits.confirmAfterMs);
      await inGroups(deps, suspects, confirmLost);
    }
    if (page.nextCursor !== undefined) return { migrationId, cursor: page.nextCursor };
    const next = await nextMigration(deps.store, migrationId);
    return next === undefined ? { isListing: true } : { migrationId: next };
  };

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

/** Gives the run back when its workflow seems to have vanished, to be looked at once more. */
async function reconcileRun(deps: ReconcileDeps, run: OpenRun): Promise<Suspect | undefined> {
  const { engine, limits } = deps;
  if (run.ageMs < limits.startGraceMs) return undefined;
  const before = await deps.store.getRun(run);
  const workflow = await engine.describe(run);
  if (workflow === undefined || before === undefined) return undefined;
  if (workflow === 'open') {
    if (run.cancelAgeMs === undefined || run.cancelAgeMs < limits.cancelGraceMs) return undefined;
    await engine.terminate(run, 'The run ignored its cancel.');
    await closeRun(deps, run, 'cancelled', 'The run did not react to its cancel and was ended.');
    return undefined;
  }
  if (run.cancelAgeMs === undefined && isClaimOnly(before) && !isHalfRestored(before)) {
    await startClaimed(deps, run);
    return undefined;
  }
  return { ...run, seq: before.seq };
}

/** No workflow of it has written anything yet. */
export function isClaimOnly({ seq }: Pick<StoredRun, 'seq'>): boolean {
  return seq < 0;
}

interface Suspect extends OpenRun {
  readonly seq: number;
}

/** Lost only when a second look agrees and nothing was written in between: its end may have been on its way. */
async function confirmLost(deps: ReconcileDeps, run: Suspect): Promise<void> {
  const stored = await deps.store.getRun(run);
  if (stored === undefined || stored.endedAt !== undefined || stored.seq !== run.seq) return;
  const workflow = await deps.engine.describe(run);
  if (workflow === undefined || workflow === 'open') return;
  if (run.cancelAgeMs !== undefined) await closeRun(deps, run, 'cancelled', 'Cancelled.');
  else await closeRun(deps, run, 'lost', 'The engine no longer knows this run; its effects so far remain.');
}

async function startClaimed({ store, engine }: ReconcileDeps, run: OpenRun): Promise<void> {
  const [manifest, stored] = await Promise.all([store.getManifest(run), store.getRun(run)]);
  if (manifest === undefined || stored?.endedAt !== undefined) return;
  await engine.start(run, planRun(manifest), stored?.traceparent);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
