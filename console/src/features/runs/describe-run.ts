import type { Candidate, RunSummary } from '../../shared/contract.ts';
import { whoWords } from '../../shared/state-look.ts';
import { capital } from '../../ui/format.ts';

/** One sentence: `headline, <age>; who must act.` */
export interface RunSentence {
  readonly headline: string;
  /** Since when it is so, or when it happened. */
  readonly since: string | undefined;
  /** Something that happened, and does not go on. */
  readonly isPast: boolean;
  /** Left out where nothing is left to do. */
  readonly who: string | undefined;
}

/** Says what is going on and who must act. */
export function describeRun(candidate: Candidate, newest: RunSummary | undefined): RunSentence {
  if (candidate.runState === undefined) return atRest(candidate, newest);
  return {
    headline: headlineOf(candidate, candidate.runState),
    since: candidate.since,
    isPast: false,
    who: whoSentence(candidate),
  };
}

function headlineOf(candidate: Candidate, state: NonNullable<Candidate['runState']>): string {
  const reason = inShort(reasonOf(candidate, state));
  if (state === 'pending' && reason !== '') return reason;
  const headline = happening(candidate, state);
  if (reason === '' || says(headline, reason)) return headline;
  // The reason says itself that and how a decision is waited for.
  return state === 'awaiting_approval'
    ? `${capital(stepWords(candidate))}: ${reason}`
    : `${headline}: ${reason}`;
}

/** The headline says that it is the run that is paused. */
function reasonOf(candidate: Candidate, state: NonNullable<Candidate['runState']>): string {
  const { heldBy, reason } = candidate;
  const isHeldByItself = state === 'paused' && heldBy?.kind === 'run';
  return (isHeldByItself ? heldBy.reason : reason) ?? '';
}

const mostOfReason = 200;

/** A part of a sentence: the first line, cut at a word. The whole stands with the attempt. */
function inShort(reason: string): string {
  const [line = '', ...more] = reason.trim().split(/\s*\n\s*/);
  if (line.length <= mostOfReason) return more.length === 0 ? line.replace(/\.$/, '') : openEnded(line);
  return openEnded(
    line
      .slice(0, mostOfReason + 1)
      .replace(/\s\S*$/, '')
      .slice(0, mostOfReason),
  );
}

function openEnded(text: string): string {
  return `${text.replace(/[\s.,:;…]+$/, '')}…`;
}

/** A reason that repeats what is said already is left out. */
function says(headline: string, reason: string): boolean {
  return headline.toLowerCase().includes(reason.toLowerCase());
}

function happening(candidate: Candidate, state: NonNullable<Candidate['runState']>): string {
  const step = stepWords(candidate);
  switch (state) {
    case 'queued':
      return 'Waiting to begin';
    case 'dispatching':
      return `Handing ${step}, to its worker`;
    case 'in_progress':
      return `The worker is at ${step}`;
    case 'pending':
      return `Waiting, at ${step}, for something outside of Loom`;
    case 'awaiting_worker':
      return `Waiting for the worker of ${step}`;
    case 'awaiting_retry':
      return `${capital(step)}, failed`;
    case 'awaiting_approval':
      return `${capital(step)}, waits for a decision`;
    case 'paused':
      return `Paused before ${step}`;
    case 'compensating':
      return `Undoing what was done, at ${step}`;
    case 'cancelling':
      return 'Being cancelled';
    case 'lost':
      return 'The engine does not know this run any more';
  }
}

function atRest(candidate: Candidate, newest: RunSummary | undefined): RunSentence {
  switch (candidate.status) {
    case 'completed': {
      const headline = `Completed, all ${candidate.stepCount} steps`;
      return { headline, since: newest?.endedAt ?? candidate.since, isPast: true, who: undefined };
    }
    case 'running':
      return { headline: 'Running', since: candidate.since, isPast: false, who: whoSentence(candidate) };
    case 'not_started': {
      if (candidate.goneAt !== undefined) {
        const headline = 'Not started, and not seen by a discovery that ended';
        return { headline, since: candidate.goneAt, isPast: true, who: undefined };
      }
      const who = 'an operator may start it';
      if (newest?.outcome === undefined)
        return { headline: 'Not started', since: undefined, isPast: true, who };
      const reason = newest.reason === undefined ? '' : `: ${inShort(newest.reason)}`;
      const headline = `Not started; the last run was ${outcomeWords[newest.outcome]}${reason}`;
      return { headline, since: newest.endedAt, isPast: true, who };
    }
  }
}

const outcomeWords = {
  completed: 'completed',
  cancelled: 'cancelled',
  rolled_back: 'rolled back',
  lost: 'lost',
} as const satisfies Record<NonNullable<RunSummary['outcome']>, string>;

function whoSentence({ who = 'nobody' }: Candidate): string {
  return who === 'worker' ? "it is the worker's turn" : `${whoWords[who]} must act`;
}

function stepWords({ step, stepIndex, stepCount }: Candidate): string {
  if (step === undefined) return 'the next step';
  return stepIndex === undefined ? `step ${step}` : `step ${stepIndex + 1} of ${stepCount}, ${step}`;
}
