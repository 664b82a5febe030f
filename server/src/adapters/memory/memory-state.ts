import type { StepReport } from '../../application/ports/callbacks.ts';
import type { StoredRun } from '../../application/ports/migration-store.ts';
import type { AttemptRef, RunRef } from '../../application/ports/refs.ts';
import type { AttemptRecord } from '../../domain/attempt.ts';
import { attemptKey } from '../../domain/attempt.ts';
import type { StatusCounts } from '../../domain/burndown.ts';
import type { CandidateFacts, CandidateProgress } from '../../domain/candidate.ts';
import type { LoggedEvent, NewEvent } from '../../domain/event.ts';
import type { RunFailure } from '../../domain/failure.ts';
import type { Inputs } from '../../domain/inputs.ts';
import type { Manifest, RevisionBody, StoredMigration } from '../../domain/migration.ts';
import type { Reported } from '../../domain/run-messages.ts';

/** What the store and the event log of one process share; every method changes it in one synchronous go. */
export interface MemoryState {
  readonly migrations: Map<string, MigrationEntry>;
  readonly events: LoggedEvent[];
  /** Where callbacks are handed over, by listener. */
  readonly listeners: Map<string, (attempt: AttemptRef, report: Reported) => void>;
}

export interface MigrationEntry {
  stored: StoredMigration;
  readonly revisions: Map<string, RevisionEntry>;
  /** The last counts of each hour and day in which some changed. */
  readonly hours: Map<number, StatusCounts>;
  readonly days: Map<number, StatusCounts>;
  /** Of failures that occur, by fingerprint. */
  readonly failures: Map<string, { readonly newest: RunFailure & RunRef; readonly firstAt: string }>;
  readonly candidates: Map<string, CandidateEntry>;
  readonly runs: Map<string, RunEntry>;
  readonly discoveries: Map<string, { from: number; ended: boolean; readonly seen: Set<string> }>;
  /** Label keys that once had too many values to be filtered by. */
  readonly overflowing: Set<string>;
  submissions: number;
  version: number;
  /** `isDone` once it was compared with the engine; candidates of `awaited` end that. */
  readonly comparison: { isDone: boolean; token: number; repeated: number; readonly awaited: Set<string> };
  lastActivityAt?: string | undefined;
}

export interface RevisionEntry {
  readonly body: RevisionBody;
  readonly firstAt: string;
  lastAt: string;
  workerVersion?: string | undefined;
}

export interface CandidateEntry {
  readonly ord: number;
  facts: CandidateFacts;
  progress: CandidateProgress;
  /** Fingerprint of what its run waits with. */
  failure?: string | undefined;
  inputs: Inputs;
  lastSeen: string;
  goneAt?: string | undefined;
  seenIn: number;
  version: number;
  runSteps?: number | undefined;
  /** The oldest first. */
  runIds: string[];
}

export interface RunEntry {
  stored: StoredRun;
  readonly manifest: Manifest;
  /** In the store's time. */
  readonly claimedMs: number;
  cancelRequestedMs?: number | undefined;
  isUndoRequested?: boolean | undefined;
  /** Every version that the run had. */
  readonly inputs: Map<number, Inputs>;
  readonly attempts: Map<string, AttemptRecord>;
  readonly callbacks: Map<string, AttemptCallbacks>;
  /** For skips, by id. */
  readonly stagedOutputs: Map<string, Readonly<Record<string, unknown>>>;
  readonly eventKeys: Set<string>;
  /** What the claim overwrote. */
  readonly before: Pick<CandidateEntry, 'progress' | 'inputs' | 'runSteps'>;
  isProjected: boolean;
}

export interface AttemptCallbacks {
  readonly reports: Map<string, { readonly report: StepReport; isConfirmed: boolean }>;
  readonly confirmedHashes: Set<string>;
  /** Of the last report, where none was pending. */
  signal?: Reported;
  /** Of who dials the attempt just now. */
  listener?: string | undefined;
  pending?: { readonly hash: string; readonly atMs: number; readonly eventId: string; isConfirmed: boolean };
}

export function callbacksOf(all: Map<string, AttemptCallbacks>, callback: AttemptRef): AttemptCallbacks {
  const key = attemptKey(callback);
  const known = all.get(key) ?? { reports: new Map(), confirmedHashes: new Set() };
  all.set(key, known);
  return known;
}

export function createMemoryState(): MemoryState {
  return { migrations: new Map(), events: [], listeners: new Map() };
}

export function addEvents(state: MemoryState, events: readonly NewEvent[]): void {
  for (const { key, ...event } of events) {
    const migration = event.migrationId === undefined ? undefined : state.migrations.get(event.migrationId);
    const run = event.runId === undefined ? undefined : migration?.runs.get(event.runId);
    if (key !== undefined && run?.eventKeys.has(key)) continue;
    if (key !== undefined) run?.eventKeys.add(key);
    state.events.push({ id: String(state.events.length).padStart(12, '0'), ...event });
    if (migration !== undefined) migration.lastActivityAt = event.at;
  }
}

export function touch(migration: MigrationEntry, candidate?: CandidateEntry): void {
  migration.version += 1;
  if (candidate !== undefined) candidate.version += 1;
}

export function dropComparison({ comparison }: MigrationEntry): void {
  comparison.isDone = false;
  comparison.token += 1;
  comparison.repeated = 0;
}

/** A lost run is over, though its state stays to be seen. */
export function hasOpenRun(migration: MigrationEntry, { progress }: CandidateEntry): boolean {
  const run = migration.runs.get(progress.runId ?? '');
  return run !== undefined && run.stored.endedAt === undefined;
}
