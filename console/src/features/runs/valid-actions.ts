import type { Candidate } from '../../shared/contract.ts';

export type RunAction = 'start' | 'preview' | 'approve' | 'reject' | 'retry' | 'cancel' | 'abandon';

/** What can be done to a candidate now; the bar shows these and no others. The server has the last word. */
export function validActions(candidate: Candidate, canPreview: boolean): readonly RunAction[] {
  const { runState } = candidate;
  if (runState === undefined) return whenAtRest(candidate, canPreview);
  switch (runState) {
    case 'awaiting_approval':
      return ['approve', 'reject', 'cancel'];
    case 'awaiting_retry':
      return ['retry', 'cancel'];
    case 'compensating':
      return ['abandon'];
    case 'cancelling':
      return [];
    case 'queued':
    case 'dispatching':
    case 'in_progress':
    case 'pending':
    case 'awaiting_worker':
    case 'paused':
    case 'lost':
      return ['cancel'];
  }
}

function whenAtRest(candidate: Candidate, canPreview: boolean): readonly RunAction[] {
  if (candidate.status === 'running') return ['cancel'];
  if (candidate.status === 'completed' || candidate.goneAt !== undefined) return [];
  return canPreview ? ['start', 'preview'] : ['start'];
}
