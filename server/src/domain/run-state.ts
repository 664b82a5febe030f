export type CandidateStatus = 'not_started' | 'running' | 'completed';

/** Finer than status, for a claimed or open run. */
export type RunState =
  | 'queued'
  | 'dispatching'
  | 'awaiting_worker'
  | 'in_progress'
  | 'pending'
  | 'awaiting_retry'
  | 'awaiting_approval'
  | 'paused'
  | 'compensating'
  | 'cancelling'
  | 'lost';

/** Who must act for the run to go on. */
export type WhoActs = 'worker' | 'reviewer' | 'operator' | 'nobody';

export type RunOutcome = 'completed' | 'cancelled' | 'rolled_back' | 'lost';

export const CANDIDATE_STATUSES: readonly CandidateStatus[] = ['not_started', 'running', 'completed'];

export const WHO_ACTS: readonly WhoActs[] = ['worker', 'reviewer', 'operator', 'nobody'];

export const RUN_STATES: readonly RunState[] = [
  'queued',
  'dispatching',
  'awaiting_worker',
  'in_progress',
  'pending',
  'awaiting_retry',
  'awaiting_approval',
  'paused',
  'compensating',
  'cancelling',
  'lost',
];
