import type { RunRef } from './refs.ts';

export type InspectedState =
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'terminated'
  | 'timed_out'
  | 'paused';

export const INSPECTION_KINDS = ['run', 'step', 'command', 'timer', 'store', 'task'] as const;
export type InspectionKind = (typeof INSPECTION_KINDS)[number];

/** One event of the engine's history in words; payloads stay where they are. */
export interface InspectionEntry {
  /** Which history of the run, counted from the first that is still kept. */
  readonly part: number;
  readonly eventId: number;
  readonly at: string;
  readonly kind: InspectionKind;
  readonly text: string;
  readonly isProblem?: boolean | undefined;
  /** Of a timer that was set. */
  readonly until?: string | undefined;
  readonly bytes?: number | undefined;
}

export interface PendingActivity {
  readonly name: string;
  readonly state: 'scheduled' | 'started' | 'cancel_requested' | 'paused';
  readonly attempt: number;
  readonly maximumAttempts?: number | undefined;
  readonly lastFailure?: string | undefined;
  readonly nextTryAt?: string | undefined;
  readonly lastStartedAt?: string | undefined;
}

export interface PendingTask {
  readonly state: 'scheduled' | 'started';
  readonly attempt: number;
  readonly scheduledAt?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly lastFailure?: string | undefined;
}

export interface OpenTimer {
  readonly startedAt: string;
  readonly firesAt: string;
  /** What it is for, where the history tells. */
  readonly text?: string | undefined;
}

/** Where to look, whatever is there. */
export interface InspectedPlace {
  readonly workflowId: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** To the engine's own page of the workflow. */
  readonly link?: string | undefined;
}

export interface EngineInspection {
  readonly state: InspectedState;
  /** To this run, where the page of its workflow shows a newer one. */
  readonly link?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly closedAt?: string | undefined;
  readonly history: {
    readonly events: number;
    readonly bytes: number;
    readonly continuesAt: { readonly events: number; readonly bytes: number };
    readonly continuedAsNew: number;
  };
  readonly pendingTask?: PendingTask | undefined;
  readonly pendingActivities: readonly PendingActivity[];
  readonly timers: readonly OpenTimer[];
  /** The newest first. */
  readonly entries: readonly InspectionEntry[];
  readonly nextCursor?: string | undefined;
}

export interface InspectionQuery {
  readonly run: RunRef;
  /** Names of the run's steps, in their order, for the words. */
  readonly stepNames: readonly string[];
  /** Empty for all. */
  readonly kinds: readonly InspectionKind[];
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Reads what the engine has of a run, for those who operate it. Never throws for what the engine does. */
export interface RunInspector {
  placeOf(run: RunRef): InspectedPlace;
  /** Within 2 s; `none` when the engine has no workflow of this run, or has it no longer. */
  inspect(
    query: InspectionQuery,
  ): Promise<
    | { readonly kind: 'found'; readonly inspection: EngineInspection }
    | { readonly kind: 'none' | 'unavailable' | 'cursor-mismatch' }
  >;
}
