import type { CandidateFacts } from './candidate.ts';
import type { Actor } from './event.ts';
import type { RequiredInput } from './inputs.ts';
import type { CandidateStatus, RunState } from './run-state.ts';
import type { Step } from './step.ts';

export interface Capabilities {
  readonly dryRun: boolean;
  readonly compensate: boolean;
  readonly cancel: boolean;
  readonly discover: boolean;
  /** Missing in definitions that were kept before it was known. */
  readonly bases?: boolean | undefined;
}

/** What decides how a run goes; its revision is the hash of just this. */
export interface RevisionBody {
  readonly steps: readonly Step[];
  readonly requiredInputs: readonly RequiredInput[];
  readonly labelKeys: readonly string[];
}

/** A migration as announced. */
export interface MigrationDefinition extends RevisionBody {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly overview?: string | undefined;
  /** The app that announced it and owns it. */
  readonly workerApp: string;
  readonly version?: string | undefined;
  readonly capabilities: Capabilities;
}

export interface StoredMigration extends MigrationDefinition {
  readonly revision: string;
  readonly announcedAt: string;
}

/** Counts come from the store's indexes, so that there is no counter to drift. */
export interface MigrationCounts {
  readonly total: number;
  readonly gone: number;
  readonly status: Readonly<Record<CandidateStatus, number>>;
  /** Only run states that occur. */
  readonly runState: Readonly<Partial<Record<RunState, number>>>;
  /** Whose run waits for a person after a failure. */
  readonly failing: number;
  /** How many were completed at the end of each of the last days (UTC), today last. */
  readonly trend: readonly number[];
  readonly lastActivityAt?: string | undefined;
  /** Grows with every change of the migration or of any of its candidates; the ETag of a list. */
  readonly version: number;
}

/** Nothing new is dispatched until it is resumed. */
export interface Pause {
  readonly since: string;
  readonly actor: Actor;
  readonly reason?: string | undefined;
}

/** One run of everything for one candidate: what it was started with. Written once, never changed. */
export interface Manifest {
  readonly runId: string;
  readonly migrationId: string;
  readonly revision: string;
  readonly candidate: Omit<CandidateFacts, 'steps'>;
  readonly steps: readonly Step[];
  readonly requiredInputs: readonly RequiredInput[];
  /** Of a rollback: whose effects are undone, and the steps in the order of undoing. */
  readonly undoes?:
    | {
        readonly runId: string;
        readonly steps: readonly string[];
        /** Steps whose effects stay, since no worker can undo them. Missing in rollbacks of before it was kept. */
        readonly kept?: readonly string[] | undefined;
        readonly reason?: string | undefined;
      }
    | undefined;
}
