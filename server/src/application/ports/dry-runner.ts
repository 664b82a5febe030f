import type { CandidateFacts } from '../../domain/candidate.ts';
import type { Inputs } from '../../domain/inputs.ts';
import type { RevisionBody } from '../../domain/migration.ts';
import type { CandidateRef, InstanceRef } from './refs.ts';

/** Asks a worker what a run would change. Throws `DryRunFailed` with a sentence for people. */
export interface DryRunner {
  dryRun(workerUrl: string, request: DryRunRequest, signal: AbortSignal): Promise<DryRunResult>;
}

/** Asks a worker where branches are now; one that it cannot read is missing. Throws `DryRunFailed`. */
export interface BaseReader {
  readBases(workerUrl: string, request: BasesRequest): Promise<readonly BaseCommit[]>;
}

export interface BasesRequest extends Pick<CandidateRef, 'migrationId' | 'candidateId'> {
  readonly bases: readonly Omit<BaseCommit, 'commit'>[];
  /** Who is asked. */
  readonly instance: InstanceRef;
}

/** A branch, and its newest commit at some time. */
export interface BaseCommit {
  readonly repo: string;
  readonly branch: string;
  readonly commit: string;
}

export interface DryRunResult {
  readonly steps: readonly DryRunStep[];
  /** The branches that were looked at. */
  readonly bases?: readonly BaseCommit[] | undefined;
}

export interface DryRunRequest {
  readonly migrationId: string;
  readonly revision: string;
  readonly candidate: Omit<CandidateFacts, 'steps'>;
  readonly steps: RevisionBody['steps'];
  readonly inputs: Inputs;
  /** Names of inputs that are secret. */
  readonly secretInputs?: readonly string[] | undefined;
  /** Who is asked. */
  readonly instance?: InstanceRef | undefined;
}

export interface FileChange {
  readonly repo: string;
  readonly baseCommit?: string | undefined;
  readonly path: string;
  readonly previousPath?: string | undefined;
  readonly status: 'new' | 'modified' | 'deleted' | 'renamed';
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly note?: string | undefined;
}

export interface DryRunStep {
  readonly name: string;
  readonly skipped?: boolean | undefined;
  readonly message?: string | undefined;
  readonly error?: string | undefined;
  readonly changes?: readonly FileChange[] | undefined;
}

export interface DryRun extends CandidateRef {
  readonly id: string;
  readonly state: 'running' | 'completed' | 'failed';
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  readonly inputs: Inputs;
  readonly revision: string;
  readonly error?: string | undefined;
  readonly steps?: readonly DryRunStep[] | undefined;
  readonly bases?: readonly BaseCommit[] | undefined;
}

export interface DryRunStore {
  /** Kept for 7 days from the last save. */
  save(dryRun: DryRun): Promise<void>;
  /** Says that a process makes this dry run, for so long in the store's time. */
  lease(id: string, leaseMs: number): Promise<void>;
  get(id: string): Promise<{ readonly dryRun: DryRun; readonly isLeased: boolean } | undefined>;
}

/** A dry run that failed as a whole; the message is for people. */
export class DryRunFailed extends Error {
  override readonly name = 'DryRunFailed';
  /** The worker did not answer at all. */
  readonly isUnheard: boolean;

  constructor(message: string, { isUnheard = false }: { readonly isUnheard?: boolean } = {}) {
    super(message);
    this.isUnheard = isUnheard;
  }
}
