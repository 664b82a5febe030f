import type { PullRequestFacts } from '../../shared/contract.ts';
import type { Check, Review } from '../../shared/pull-request-facts.ts';
import type { Look } from '../../shared/state-look.ts';
import { formatCount } from '../../ui/format.ts';

export function pullRequestLook({ state, draft }: Pick<PullRequestFacts, 'state' | 'draft'>): Look {
  switch (state) {
    case 'merged':
      return { word: 'Merged', tone: 'done', shape: 'merge' };
    case 'closed':
      return { word: 'Closed', tone: 'bad', shape: 'stop' };
    case 'open':
      return draft === true
        ? { word: 'Draft', tone: 'idle', shape: 'dotted' }
        : { word: 'Open', tone: 'progress', shape: 'hollow' };
  }
}

export const checkLook: Readonly<Record<Check['state'], Look>> = {
  failed: { word: 'Failed', tone: 'bad', shape: 'cross' },
  running: { word: 'Running', tone: 'progress', shape: 'half' },
  passed: { word: 'Passed', tone: 'done', shape: 'check' },
  skipped: { word: 'Skipped', tone: 'idle', shape: 'dash' },
};

export const reviewLook: Readonly<Record<Review['state'], Look>> = {
  approved: { word: 'Approved', tone: 'done', shape: 'check' },
  changes_requested: { word: 'Asks for changes', tone: 'bad', shape: 'cross' },
  commented: { word: 'Commented', tone: 'idle', shape: 'dash' },
  dismissed: { word: 'Dismissed', tone: 'idle', shape: 'stop' },
  requested: { word: 'Asked', tone: 'person', shape: 'diamond' },
};

const checkOrder = ['failed', 'running', 'passed', 'skipped'] as const;

/** `1 failed, 3 passed`; what is not listed passed or was skipped. */
export function checksInWords({ checks = [], checkCount }: PullRequestFacts): string {
  const parts = checkOrder.flatMap((state) => {
    const count = checks.filter((check) => check.state === state).length;
    return count === 0 ? [] : [`${count} ${checkLook[state].word.toLowerCase()}`];
  });
  const more = (checkCount ?? checks.length) - checks.length;
  return [...parts, ...(more > 0 ? [`${more} more`] : [])].join(', ') || 'none';
}

/** Whether it can be merged, or how it ended; undefined where nothing is known. */
export function mergeInWords({ state, mergeable, base = 'its base' }: PullRequestFacts): string | undefined {
  if (state !== 'open') return undefined;
  switch (mergeable) {
    case 'yes':
      return `No conflicts with ${base}`;
    case 'conflicts':
      return `Has conflicts with ${base}`;
    default:
      return undefined;
  }
}

export function sizeInWords({ changedFiles }: PullRequestFacts): string | undefined {
  return changedFiles === undefined ? undefined : formatCount(changedFiles, 'file');
}
