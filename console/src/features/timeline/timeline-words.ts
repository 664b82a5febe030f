import type { Timeline } from '../../shared/contract.ts';
import type { Look } from '../../shared/state-look.ts';
import { formatCount } from '../../ui/format.ts';
import type { TimelineOutcome } from './timeline-search.ts';

export const outcomeWords: Readonly<Record<TimelineOutcome, string>> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  waiting: 'Waiting',
  noted: 'Noted',
};

/** What is only noted has none. */
export const outcomeLooks: Readonly<Record<string, Look | undefined>> = {
  succeeded: { word: outcomeWords.succeeded, tone: 'done', shape: 'check' },
  failed: { word: outcomeWords.failed, tone: 'bad', shape: 'cross' },
  waiting: { word: outcomeWords.waiting, tone: 'person', shape: 'outside' },
};

/** What the id stands for, up to the names of the runs. */
export function saySubject({ kind, runs, candidate }: Timeline['subject']): string {
  switch (kind) {
    case 'run':
      return 'One run, of';
    case 'candidate':
      return `Every run of ${candidate?.candidateId ?? 'a candidate'}`;
    case 'trace':
      return runs.length === 0
        ? 'A trace that started no run'
        : `A trace that started ${formatCount(runs.length, 'run')}, of`;
    case 'pull-request':
      return `A pull request that ${formatCount(runs.length, 'run')} named, of`;
    case 'delivery':
      return runs.length === 0 ? 'A delivery that belongs to no run' : 'A delivery, with its whole run, of';
  }
}
