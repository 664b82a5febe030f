import type { RequiredInput } from './inputs.ts';
import type { FieldError } from './problem.ts';

/** An engine for the patterns of inputs. They are a worker's, so its time grows no faster than the value. */
export interface InputPatterns {
  /** A sentence when the pattern cannot be used. */
  whyRefused(pattern: string): string | undefined;
  /** Whether the whole value matches. Throws for a pattern that is refused. */
  matches(pattern: string, value: string): boolean;
}

const LONGEST_VALUE = 4_000;

/** The given values that do not match the pattern of their input. Other faults of them are no matter here. */
export function findMisfits(
  declared: readonly RequiredInput[],
  given: Readonly<Record<string, unknown>>,
  patterns: InputPatterns,
): readonly FieldError[] {
  return declared.flatMap((input) => {
    const value = Object.hasOwn(given, input.name) ? given[input.name] : undefined;
    const why = typeof value === 'string' && value !== '' ? whyMisfit(input, value, patterns) : undefined;
    return why === undefined ? [] : [{ path: `/inputs/${input.name}`, message: why }];
  });
}

/** A sentence that says why the value does not match the pattern of the input, or undefined. */
export function whyMisfit(
  { name, label = name, type, pattern }: RequiredInput,
  value: string,
  patterns: InputPatterns,
): string | undefined {
  if (pattern === undefined || (type !== 'string' && type !== 'enum')) return undefined;
  if (value.length > LONGEST_VALUE) return `"${label}" must have at most ${LONGEST_VALUE} characters.`;
  const refused = patterns.whyRefused(pattern);
  if (refused !== undefined)
    return `"${label}" cannot be checked, since its pattern cannot be used: ${refused}. The worker has to announce another.`;
  return patterns.matches(pattern, value) ? undefined : `"${label}" must match ${pattern}.`;
}
