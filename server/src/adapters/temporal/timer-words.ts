import type { ActivityWords } from './activity-words.ts';

/** What a timer is for, by what the run did just before it was set. */
export function reasonOfTimer({ dialled, kind, isProblem }: ActivityWords): string | undefined {
  switch (dialled) {
    case 'accepted':
      return 'time limit of the step';
    case 'away':
    case 'unreachable':
    case 'busy':
      return 'next try to reach the worker';
    case 'held':
    case 'queued':
      return 'looks again, should nobody wake it';
    default:
      return kind === 'store' && isProblem ? 'next try to write to the store' : undefined;
  }
}

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** `7 days`, `10 min`, `250 ms`: one unit, rounded. */
export function formatDuration(ms: number): string {
  for (const [size, name] of UNITS) {
    // A timer of ten minutes is set some milliseconds short of it.
    if (ms < size * 0.995) continue;
    const count = Math.round(ms / size);
    return `${count} ${name === 'day' && count !== 1 ? 'days' : name}`;
  }
  return `${Math.round(ms)} ms`;
}
