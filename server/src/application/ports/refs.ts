import type { Phase } from '../../domain/attempt.ts';

export interface CandidateRef {
  readonly migrationId: string;
  readonly candidateId: string;
}

export interface RunRef extends CandidateRef {
  readonly runId: string;
}

/** Which attempt a report is about. */
export interface AttemptRef extends RunRef {
  readonly stepIndex: number;
  readonly phase: Phase;
  readonly attempt: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
  readonly total?: number | undefined;
}

/** Which instance of a worker is spoken to. */
export interface InstanceRef {
  readonly workerApp: string;
  readonly instanceId: string;
}
