import type { Candidate } from '../../shared/contract.ts';
import type { RunAction } from './valid-actions.ts';

const words: Readonly<Record<RunAction, string>> = {
  start: 'Start',
  preview: 'Preview',
  approve: 'Approve…',
  reject: 'Reject…',
  retry: 'Retry',
  skip: 'Skip…',
  pause: 'Pause…',
  resume: 'Resume…',
  cancel: 'Cancel the run…',
  abandon: 'Abandon the undoing…',
  'roll-back': 'Roll back…',
};

/** What stands on the button; an ellipsis says that a dialog opens first. */
export function actionWord(action: RunAction, asksForInputs: boolean): string {
  const isAsking = asksForInputs && (action === 'retry' || action === 'start');
  return isAsking ? `${words[action]}…` : words[action];
}

export function actionLook(action: RunAction, actions: readonly RunAction[]): 'primary' | 'danger' | 'plain' {
  switch (action) {
    case 'cancel':
    case 'abandon':
    case 'reject':
    case 'roll-back':
      return 'danger';
    case 'pause':
    case 'skip':
      return 'plain';
    default:
      return action === actions[0] ? 'primary' : 'plain';
  }
}

/** What the first of the actions will do. */
export function actionMeaning(candidate: Candidate, actions: readonly RunAction[]): string {
  switch (actions[0]) {
    case 'start':
      return `Start runs ${candidate.stepCount === 1 ? 'its one step' : `all ${candidate.stepCount} steps`}.`;
    case 'approve':
      return `Approve lets the run go on; reject fails ${candidate.step}.`;
    case 'retry': {
      const what = candidate.runState === 'compensating' ? `the undo of ${candidate.step}` : candidate.step;
      return `Retry tries ${what} again, as attempt ${(candidate.attempt ?? 0) + 1}; skip goes on without it.`;
    }
    case 'skip':
      return `Skip goes on without ${candidate.step}, for a reason.`;
    case 'pause':
      return 'Pause holds what comes next; what a worker has goes on.';
    case 'resume':
      return 'Resume dispatches what is held.';
    case 'cancel':
      return 'Cancel ends the run; what was attempted stays readable.';
    case 'abandon':
      return 'Abandon ends the run with what is not undone yet left as it is.';
    case 'roll-back':
      return 'Roll back undoes what the last run left behind.';
    default:
      return candidate.status === 'completed'
        ? 'Completed; nothing is left to do.'
        : 'Nothing can be done now.';
  }
}
