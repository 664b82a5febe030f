import { loadavg } from 'node:os';
import { formatSpread, type Spread } from './spread.ts';

export interface Goal {
  readonly kind: 'at-least' | 'at-most';
  readonly value: number;
}

/** Collects rows and prints each as soon as it is known; the table comes at the end. */
export interface Report {
  ratio(what: string, ratio: Spread, goal?: Goal, note?: string): void;
  figure(what: string, figure: Spread, unit: string, options?: { goal?: Goal; note?: string }): void;
  /** What is counted, or said in words. */
  fact(what: string, fact: string, note?: string): void;
  toMarkdown(): string;
}

export interface Row {
  readonly what: string;
  readonly figure: string;
  readonly goal: string;
  readonly load: string;
  readonly note: string;
}

export const atLeast = (value: number): Goal => ({ kind: 'at-least', value });
export const atMost = (value: number): Goal => ({ kind: 'at-most', value });

export function createReport(print: (line: string) => void): Report {
  const rows: Row[] = [];
  const add = (row: Omit<Row, 'load'>) => {
    const withLoad = { ...row, load: (loadavg()[0] ?? 0).toFixed(1) };
    rows.push(withLoad);
    print(
      `  ${row.what}: ${row.figure}${row.goal === '' ? '' : ` [${row.goal}]`}${row.note && `; ${row.note}`}`,
    );
  };
  return {
    ratio: (what, ratio, goal, note = '') =>
      add({ what, figure: `× ${formatSpread(ratio)}`, goal: judge(ratio, goal), note }),
    figure: (what, figure, unit, { goal, note = '' } = {}) =>
      add({
        what,
        figure: `${formatSpread(figure, digitsFor(figure))} ${unit}`,
        goal: judge(figure, goal),
        note,
      }),
    fact: (what, fact, note = '') => add({ what, figure: fact, goal: '', note }),
    toMarkdown: () =>
      [
        '| what | median (min to max) | goal | load | note |',
        '| --- | --- | --- | --- | --- |',
        ...rows.map(
          ({ what, figure, goal, load, note }) => `| ${[what, figure, goal, load, note].join(' | ')} |`,
        ),
      ].join('\n'),
  };
}

function digitsFor({ median }: Spread): number {
  return median >= 100 ? 0 : median >= 10 ? 1 : 2;
}

function judge({ median }: Spread, goal: Goal | undefined): string {
  if (goal === undefined) return '';
  const isMet = goal.kind === 'at-least' ? median >= goal.value : median <= goal.value;
  return `${goal.kind === 'at-least' ? '≥' : '≤'} ${goal.value}: ${isMet ? 'met' : 'MISSED'}`;
}
