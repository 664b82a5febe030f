import type { Candidate, RunSummary } from '../../shared/contract.ts';
import { whoWords } from '../../shared/state-look.ts';

/** One sentence: `headline, <age>; who must act.` */
export interface RunSentence {
  readonly headline: string;
  /** Since when it is so. */
  readonly since: string | undefined;
  readonly who: string;
}

/** Says what is going on and who must act. */
export function describeRun(candidate: Candidate, newest: RunSummary | undefined): RunSentence {
  const who = whoSentence(candidate);
  if (candidate.runState === undefined) return { ...atRest(candidate, newest), who };
  const paused =
    candidate.pauseRequested === true && candidate.runState !== 'paused' ? ', a pause is asked for' : '';
  return { headline: `${headlineOf(candidate, candidate.runState)}${paused}`, since: candidate.since, who };
}

function headlineOf(candidate: Candidate, state: NonNullable<Candidate['runState']>): string {
  const step = stepWords(candidate);
  const reason = candidate.reason === undefined ? '' : candidate.reason.replace(/\.$/, '');
  const because = reason === '' ? '' : `: ${reason}`;
  switch (state) {
    case 'queued':
      return `Waiting to begin${because}`;
    case 'dispatching':
      return `Handing ${step}, to its worker${because}`;
    case 'in_progress':
      return `The worker is at ${step}${because}`;
    case 'pending':
      return reason === '' ? `Waiting, at ${step}, for something outside of Loom` : reason;
    case 'awaiting_worker':
      return `Waiting for the worker of ${step}${because}`;
    case 'awaiting_retry':
      return `${capital(step)}, failed${because}`;
    case 'awaiting_approval':
      return `${capital(step)}, waits for a decision${because}`;
    case 'paused':
      return `Paused before ${step}${because}`;
    case 'compensating':
      return `Undoing what was done, at ${step}${because}`;
    case 'cancelling':
      return `Being cancelled${because}`;
    case 'lost':
      return `The engine does not know this run any more${because}`;
  }
}

function atRest(candidate: Candidate, newest: RunSummary | undefined): Omit<RunSentence, 'who'> {
  switch (candidate.status) {
    case 'completed':
      return {
        headline: `Completed, all ${candidate.stepCount} steps`,
        since: newest?.endedAt ?? candidate.since,
      };
    case 'running':
      return { headline: 'Running', since: candidate.since };
    case 'not_started': {
      if (candidate.goneAt !== undefined) {
        return { headline: 'Not started, and the last discovery did not see it', since: candidate.goneAt };
      }
      if (newest?.outcome === undefined) return { headline: 'Not started', since: undefined };
      const reason = newest.reason === undefined ? '' : `: ${newest.reason.replace(/\.$/, '')}`;
      return {
        headline: `Not started; the last run was ${outcomeWords[newest.outcome]}${reason}`,
        since: newest.endedAt,
      };
    }
  }
}

const outcomeWords = {
  completed: 'completed',
  cancelled: 'cancelled',
  rolled_back: 'rolled back',
  lost: 'lost',
} as const satisfies Record<NonNullable<RunSummary['outcome']>, string>;

function whoSentence(candidate: Candidate): string {
  const { who, status } = candidate;
  if (who === 'worker') return "it is the worker's turn";
  if (who !== undefined && who !== 'nobody') return `${whoWords[who]} must act`;
  if (who === undefined && status === 'not_started' && candidate.runState === undefined) {
    return candidate.goneAt === undefined ? 'an operator may start it' : 'nobody must act';
  }
  return 'nobody must act';
}

function stepWords({ step, stepIndex, stepCount }: Candidate): string {
  if (step === undefined) return 'the next step';
  return stepIndex === undefined ? `step ${step}` : `step ${stepIndex + 1} of ${stepCount}, ${step}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
