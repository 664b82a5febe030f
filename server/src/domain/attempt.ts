export type Phase = 'execute' | 'compensate';

export type AttemptOutcome =
  | 'succeeded'
  | 'merged'
  | 'failed'
  | 'skipped'
  | 'timed_out'
  | 'cancelled'
  | 'superseded';

export type FailureClass = 'transport' | 'throttled' | 'timeout' | 'conflict' | 'invalid' | 'fatal';

/** One attempt as the interpreter knows it; message, metadata and outputs are in the store only. */
export interface Attempt {
  readonly stepIndex: number;
  readonly phase: Phase;
  /** Numbered from 1 for each step and phase. */
  readonly attempt: number;
  /** RFC 3339, milliseconds, UTC, as every time here. */
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  readonly outcome?: AttemptOutcome | undefined;
  readonly inputsVersion: number;
  /** How often a worker accepted it: in a run only 0, of one that is over and that no worker can have had. */
  readonly deliveries?: number | undefined;
}

/** One attempt as it is kept. */
export interface AttemptRecord extends Attempt {
  readonly message?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
  readonly failureClass?: FailureClass | undefined;
  readonly instanceId?: string | undefined;
  /**
   * Dials that may have given it to a worker, counted before each and taken back of one that certainly did not. Unknown
   * of attempts that were opened before it was counted, or that a store was given back.
   */
  readonly dials?: number | undefined;
}

export function attemptKey(attempt: Pick<Attempt, 'stepIndex' | 'phase' | 'attempt'>): string {
  return `${attempt.stepIndex}:${attempt.phase}:${attempt.attempt}`;
}

/** Names it among those of all runs, for us alone. */
export function runAttemptKey({
  runId,
  ...attempt
}: { readonly runId: string } & Parameters<typeof attemptKey>[0]): string {
  return `${runId} ${attemptKey(attempt)}`;
}

/** The key under which a worker does an attempt's work once, however often it is delivered. */
export function idempotencyKey(runId: string, stepName: string, phase: Phase, attempt: number): string {
  return `${runId}:${stepName}:${phase}:${attempt}`;
}

/** The parts of an idempotency key; none of them has a colon. */
export function attemptOfKey(key: string): { readonly runId: string; readonly stepName: string } {
  const [runId = '', stepName = ''] = key.split(':');
  return { runId, stepName };
}

export function hasSucceeded(outcome: AttemptOutcome | undefined): boolean {
  return outcome === 'succeeded' || outcome === 'merged';
}
