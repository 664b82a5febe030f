import type { AttemptRecord, Phase } from '../../domain/attempt.ts';
import { compareAttempts } from '../../domain/compare-attempts.ts';
import type { Argument } from './store-client.ts';

/** Each field of an attempt is a field of the run's hash, so that a script can write some and keep the others. */
export const ATTEMPT_FIELDS = [
  'startedAt',
  'endedAt',
  'outcome',
  'inputsVersion',
  'message',
  'metadata',
  'outputs',
  'failureClass',
  'instanceId',
  'deliveries',
  'dials',
] as const satisfies readonly (keyof AttemptRecord)[];
type AttemptField = (typeof ATTEMPT_FIELDS)[number];

const JSON_FIELDS: ReadonlySet<AttemptField> = new Set(['metadata', 'outputs']);
const NUMBER_FIELDS: ReadonlySet<AttemptField> = new Set(['inputsVersion', 'deliveries', 'dials']);

/** Names and values of what is given. */
export function attemptArguments(given: Partial<AttemptRecord>): readonly Argument[] {
  return ATTEMPT_FIELDS.flatMap((field) => {
    const value = given[field];
    if (value === undefined) return [];
    return [field, JSON_FIELDS.has(field) ? JSON.stringify(value) : (value as Argument)];
  });
}

/** By step, phase and number. */
export function toAttempts(fields: ReadonlyMap<string, string>): readonly AttemptRecord[] {
  const values = new Map<string, [AttemptField, string][]>();
  for (const [name, value] of fields) {
    // `<step>:<phase>` alone holds the newest number.
    const [stepIndex, phase, attempt, field] = name.split(':');
    if (field === undefined) continue;
    const key = `${stepIndex}:${phase}:${attempt}`;
    values.set(key, [...(values.get(key) ?? []), [field as AttemptField, value]]);
  }
  return [...values]
    .map(([key, given]) => {
      const [stepIndex, phase, attempt] = key.split(':');
      return toAttempt(Number(stepIndex), phase as Phase, Number(attempt), given);
    })
    .sort(compareAttempts);
}

export function toAttempt(
  stepIndex: number,
  phase: Phase,
  attempt: number,
  given: readonly (readonly [AttemptField, string])[],
): AttemptRecord {
  const record = Object.fromEntries(
    given.map(([field, value]) => [
      field,
      JSON_FIELDS.has(field) ? JSON.parse(value) : NUMBER_FIELDS.has(field) ? Number(value) : value,
    ]),
  ) as unknown as Pick<AttemptRecord, AttemptField>;
  return { stepIndex, phase, attempt, ...record };
}
