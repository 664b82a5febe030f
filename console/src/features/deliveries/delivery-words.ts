import type { DeliverySummary } from '../../shared/contract.ts';
import type { Look } from '../../shared/state-look.ts';

type Words<Word extends string> = Readonly<Record<Word, string>>;

export const operationWords: Words<DeliverySummary['operation']> = {
  'dispatch-step': 'Dispatch',
  'cancel-step': 'Cancel',
  'dry-run': 'Dry run',
  bases: 'Check of bases',
  discover: 'Discovery',
  callback: 'Callback',
  announce: 'Announcement',
};

export const directionWords: Words<DeliverySummary['direction']> = {
  out: 'Out, to a worker',
  in: 'In, from a worker',
};

const looks: Readonly<Record<DeliverySummary['outcome'], Look>> = {
  accepted: { word: 'Accepted', tone: 'done', shape: 'check' },
  done: { word: 'Done at once', tone: 'done', shape: 'check' },
  duplicate: { word: 'Repetition', tone: 'idle', shape: 'dash' },
  refused: { word: 'Refused', tone: 'bad', shape: 'cross' },
  superseded: { word: 'Too late', tone: 'idle', shape: 'back' },
  busy: { word: 'Later', tone: 'person', shape: 'outside' },
  failed: { word: 'Failed', tone: 'bad', shape: 'cross' },
  unreachable: { word: 'No answer', tone: 'bad', shape: 'question' },
};
export const outcomes = Object.entries(looks).map(([value, { word }]) => ({ value, word }));

/** A word that this console does not know yet stands for itself. */
export function outcomeLook({ outcome }: Pick<DeliverySummary, 'outcome'>): Look {
  return looks[outcome] ?? { word: outcome, tone: 'idle', shape: 'hollow' };
}

export function operationWord({ operation }: Pick<DeliverySummary, 'operation'>): string {
  return operationWords[operation] ?? operation;
}

/** What it is about, such as "Dispatch of push for acme/web". */
export function subjectOf(delivery: DeliverySummary): string {
  const { stepName, candidateId, migrationId, phase } = delivery;
  const step = stepName === undefined ? '' : ` of ${phase === 'compensate' ? 'the undo of ' : ''}${stepName}`;
  const what = candidateId ?? migrationId;
  return `${operationWord(delivery)}${step}${what === undefined ? '' : ` for ${what}`}`;
}

/** Only what is about one attempt can happen once more. */
export function isReplayable(delivery: DeliverySummary): boolean {
  const { operation, isVerified, attempt } = delivery;
  return attempt !== undefined && isVerified && (operation === 'callback' || operation === 'dispatch-step');
}
