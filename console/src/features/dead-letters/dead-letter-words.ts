import type { DeadLetterSummary } from '../../shared/contract.ts';
import { capital } from '../../ui/format.ts';

interface KindWords {
  readonly name: string;
  /** What requeuing does. */
  readonly requeue: string;
}

const known: Readonly<Record<string, KindWords>> = {
  callback: { name: 'Callback', requeue: 'Requeuing takes it as if it came now.' },
  step: { name: 'Given-up step', requeue: 'Requeuing retries the step.' },
  webhook: { name: 'Webhook', requeue: 'Requeuing hands it to a live instance of its worker.' },
};

/** A kind that this console does not know yet is named by its own word. */
export function kindWords(kind: string): KindWords {
  const name = kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll(/[_-]/g, ' ');
  return known[kind] ?? { name, requeue: 'Requeuing tries it once more.' };
}

/** What it is about, such as "push of acme/web, attempt 2". */
export function subjectOf(letter: DeadLetterSummary): string {
  const of = attemptOf(letter);
  if (of === undefined)
    return `webhook ${letter.webhookId ?? letter.id} of ${letter.workerApp ?? 'a worker'}`;
  return `${of.isUndo ? 'undo of ' : ''}${of.stepName} of ${of.candidateId}, attempt ${of.attempt}`;
}

/** The subject where it stands alone; a step keeps its own name. */
export function titleOf(letter: DeadLetterSummary): string {
  const isOwnWord = attemptOf(letter)?.isUndo !== false;
  return isOwnWord ? capital(subjectOf(letter)) : subjectOf(letter);
}

/** The attempt that it is about; none of a webhook. */
export function attemptOf({ migrationId, candidateId, runId, stepName, attempt, phase }: DeadLetterSummary) {
  if (migrationId === undefined || candidateId === undefined || runId === undefined) return undefined;
  return { migrationId, candidateId, runId, stepName, attempt, isUndo: phase === 'compensate' };
}
