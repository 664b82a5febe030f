import type { DeadLetterSummary } from '../../shared/contract.ts';

interface KindWords {
  readonly name: string;
  /** What requeuing does. */
  readonly requeue: string;
}

const known: Readonly<Record<string, KindWords>> = {
  callback: { name: 'Callback', requeue: 'Requeuing takes it as if it came now.' },
  step: { name: 'Given-up step', requeue: 'Requeuing retries the step.' },
};

/** A kind that this console does not know yet is named by its own word. */
export function kindWords(kind: string): KindWords {
  const name = kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll(/[_-]/g, ' ');
  return known[kind] ?? { name, requeue: 'Requeuing tries it once more.' };
}

/** What it is about, such as "push of acme/web, attempt 2". */
export function subjectOf({ stepName, candidateId, phase, attempt }: DeadLetterSummary): string {
  const undo = phase === 'compensate' ? 'undo of ' : '';
  return `${undo}${stepName} of ${candidateId}, attempt ${attempt}`;
}
