import type { Candidate } from '../../shared/contract.ts';

export type RunAction =
  | 'start'
  | 'preview'
  | 'approve'
  | 'reject'
  | 'retry'
  | 'skip'
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'abandon'
  | 'roll-back';

interface Possible {
  readonly canPreview: boolean;
  /** Whether the last run left something that its workers can undo. */
  readonly canRollBack: boolean;
}

/** What can be done to a candidate now; the bar shows these and no others. The server has the last word. */
export function validActions(candidate: Candidate, possible: Possible): readonly RunAction[] {
  const { runState, who, attempt } = candidate;
  // A lost run is over, though its state stays to be seen.
  if (runState === undefined || runState === 'lost') return whenAtRest(candidate, possible);
  switch (runState) {
    case 'awaiting_approval':
      return ['approve', 'reject', holding(candidate), 'cancel'];
    case 'awaiting_retry':
      return ['retry', 'skip', holding(candidate), 'cancel'];
    case 'awaiting_worker':
      return ['skip', holding(candidate), 'cancel'];
    case 'paused': {
      // What is held before its attempt was opened is no step that waits.
      const skip = attempt === undefined ? [] : (['skip'] as const);
      return isHeldByItself(candidate) ? ['resume', ...skip, 'cancel'] : [...skip, 'cancel'];
    }
    case 'compensating': {
      // An undo that failed waits like a step.
      const unblock = who === 'operator' ? (['retry', 'skip'] as const) : [];
      return [...unblock, holding(candidate), 'abandon'];
    }
    case 'queued':
    case 'dispatching':
    case 'in_progress':
    case 'pending':
      return [holding(candidate), 'cancel'];
    case 'cancelling':
      return [];
  }
}

/** A pause of more than the run is ended where it was made. */
function isHeldByItself({ heldBy }: Candidate): boolean {
  return heldBy === undefined || heldBy.kind === 'run';
}

function holding({ pauseRequested }: Candidate): 'pause' | 'resume' {
  return pauseRequested === true ? 'resume' : 'pause';
}

function whenAtRest(candidate: Candidate, { canPreview, canRollBack }: Possible): readonly RunAction[] {
  const isStartable = candidate.status === 'not_started' && candidate.goneAt === undefined;
  const start = !isStartable ? [] : canPreview ? (['start', 'preview'] as const) : (['start'] as const);
  return [...start, ...(canRollBack ? (['roll-back'] as const) : [])];
}
