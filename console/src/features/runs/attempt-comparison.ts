import type { Attempt } from '../../shared/contract.ts';
import { outcomeLook } from '../../shared/state-look.ts';
import { formatDuration, formatExact } from '../../ui/format.ts';

export interface ComparedFact {
  readonly name: string;
  readonly values: readonly [string | undefined, string | undefined];
  readonly isChanged: boolean;
}

export interface ComparedPart {
  readonly title: string;
  readonly facts: readonly ComparedFact[];
}

/** Two attempts of a step, fact by fact; parts that neither has are left out. */
export function compareAttempts(one: Attempt, other: Attempt): readonly ComparedPart[] {
  const both = (name: string, of: (attempt: Attempt) => string | undefined) =>
    compare(name, of(one), of(other));
  const parts = [
    {
      title: 'What became of it',
      facts: [
        both('Outcome', ({ outcome }) => outcomeLook(outcome).word),
        both('Message', ({ message }) => message),
        both('Kind of failure', ({ failureClass }) => failureClass),
        both('Instance', ({ instanceId }) => instanceId),
        both('Dispatched', ({ deliveries = 1 }) => (deliveries === 1 ? 'once' : `${deliveries} times`)),
      ],
    },
    {
      title: 'Times',
      // Two attempts never have the same times, so that they differ says nothing.
      facts: [
        both('Started', ({ startedAt }) => formatExact(startedAt)),
        both('Ended', ({ endedAt }) => (endedAt === undefined ? undefined : formatExact(endedAt))),
        both('Took', tookOf),
      ].map((fact) => ({ ...fact, isChanged: false })),
    },
    { title: 'Inputs', facts: compareRecords(one.inputs, other.inputs) },
    { title: 'Outputs', facts: compareRecords(one.outputs, other.outputs) },
    { title: 'Metadata', facts: compareRecords(one.metadata, other.metadata) },
  ];
  return parts
    .map(({ title, facts }) => ({ title, facts: facts.filter(isSaid) }))
    .filter(({ facts }) => facts.length > 0);
}

export function countChanges(parts: readonly ComparedPart[]): number {
  return parts.flatMap(({ facts }) => facts).filter(({ isChanged }) => isChanged).length;
}

function tookOf({ startedAt, endedAt }: Attempt): string | undefined {
  return endedAt === undefined ? undefined : formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
}

function compareRecords(
  one: Readonly<Record<string, unknown>> = {},
  other: Readonly<Record<string, unknown>> = {},
): readonly ComparedFact[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return names.map((name) => compare(name, textOf(one[name]), textOf(other[name])));
}

function compare(name: string, one: string | undefined, other: string | undefined): ComparedFact {
  return { name, values: [one, other], isChanged: one !== other };
}

function isSaid({ values }: ComparedFact): boolean {
  return values.some((value) => value !== undefined);
}

/** Objects are written in one order, so that equal ones read the same. */
function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'object' ? JSON.stringify(sorted(value), null, 2) : String(value);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}
