import { type CandidateFacts, whyInvalidCandidateId } from './candidate.ts';
import { type InputPatterns, whyMisfit } from './input-patterns.ts';
import { type RequiredInput, whyInvalid } from './inputs.ts';
import type { MigrationDefinition } from './migration.ts';
import type { Finding } from './problem.ts';
import { hasCancelGrace, type Step } from './step.ts';

/** Whether a condition can be parsed: a sentence when it cannot. */
export type CheckCondition = (expression: string) => string | undefined;

function error(path: string, message: string): Finding {
  return { severity: 'error', path, message };
}

function warning(path: string, message: string): Finding {
  return { severity: 'warning', path, message };
}

/** What the schema of the contract cannot say of an announcement. An error refuses it whole. */
export function findDefinitionErrors(
  definition: MigrationDefinition,
  checkCondition: CheckCondition,
  patterns: InputPatterns,
): readonly Finding[] {
  return [
    ...findStepErrors(definition.steps, '/steps', checkCondition),
    ...definition.requiredInputs.flatMap((input, index) =>
      findInputErrors(input, `/requiredInputs/${index}`, patterns),
    ),
    ...findRepeated(
      definition.requiredInputs.map((input) => input.name),
      '/requiredInputs',
      'name',
      'input',
    ),
    ...findRepeated(definition.labelKeys, '/labelKeys', undefined, 'label key'),
    ...findIdle(definition),
    ...(definition.steps.some(hasCancelGrace) && !definition.capabilities.cancel
      ? [
          {
            severity: 'warning' as const,
            path: '/capabilities/cancel',
            message:
              'Some steps ask for time to stop when their run is cancelled, but the worker does not announce the capability cancel; announce it and answer cancel-step, or leave cancelGraceSeconds out.',
          },
        ]
      : []),
    ...(definition.steps.some((step) => step.compensable) && !definition.capabilities.compensate
      ? [
          {
            severity: 'warning' as const,
            path: '/capabilities/compensate',
            message:
              'Some steps are compensable, but the worker does not announce the capability compensate; announce it, or undoing will fail.',
          },
        ]
      : []),
  ];
}

const IDLE_OF_REVIEW = ['timeoutMs', 'retry', 'concurrencyKey'] as const;

/** What was announced and does nothing, so that whoever wrote it would wait for it in vain. */
function findIdle({ steps, requiredInputs }: MigrationDefinition): readonly Finding[] {
  const reviews = steps.flatMap((step, index) => {
    if (step.kind !== 'review') return [];
    const idle = [...IDLE_OF_REVIEW.filter((name) => step[name] !== undefined)];
    const all = step.compensable ? [...idle, 'compensable'] : idle;
    return all.map((name) =>
      warning(
        `/steps/${index}/${name}`,
        'A review is with people and no worker, so this does nothing; leave it out.',
      ),
    );
  });
  const inputs = requiredInputs.flatMap(({ type, enum: values, pattern }, index) => {
    if (type === 'string' || type === 'enum') return [];
    const idle = [...(values === undefined ? [] : ['enum']), ...(pattern === undefined ? [] : ['pattern'])];
    return idle.map((name) =>
      warning(
        `/requiredInputs/${index}/${name}`,
        `An input of type ${type} is not checked by this; leave it out, or make the input a string.`,
      ),
    );
  });
  return [...reviews, ...inputs];
}

export function findStepErrors(
  steps: readonly Step[],
  path: string,
  checkCondition: CheckCondition,
): readonly Finding[] {
  return [
    ...findRepeated(
      steps.map((step) => step.name),
      path,
      'name',
      'step',
    ),
    ...steps.flatMap((step, index) => {
      const why = step.when === undefined ? undefined : checkCondition(step.when);
      return why === undefined
        ? []
        : [error(`${path}/${index}/when`, `The condition cannot be read: ${why}`)];
    }),
    ...steps.flatMap((step, index) =>
      step.review !== undefined && step.kind !== 'review'
        ? [
            error(
              `${path}/${index}/review`,
              'Only a step of kind review is decided by people; make it one, or leave this out.',
            ),
          ]
        : [],
    ),
    ...steps.flatMap((step, index) =>
      step.remindAfterMs !== undefined && step.kind === 'review'
        ? [
            error(
              `${path}/${index}/remindAfterMs`,
              'A review reminds by what stands in `review`; put it there.',
            ),
          ]
        : [],
    ),
    ...steps.flatMap((step, index) =>
      hasCancelGrace(step) && step.kind === 'review'
        ? [
            error(
              `${path}/${index}/cancelGraceSeconds`,
              'A review is with no worker that could be given time to stop; leave this out.',
            ),
          ]
        : [],
    ),
    ...steps.flatMap((step, index) =>
      step.retry !== undefined && step.retry.initialIntervalMs > step.retry.maxIntervalMs
        ? [
            error(
              `${path}/${index}/retry`,
              'initialIntervalMs is larger than maxIntervalMs; make it at most as large.',
            ),
          ]
        : [],
    ),
  ];
}

function findRepeated(
  names: readonly string[],
  path: string,
  field: string | undefined,
  what: string,
): readonly Finding[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (first === index) return [];
    const at = field === undefined ? `${path}/${index}` : `${path}/${index}/${field}`;
    return [error(at, `The ${what} "${name}" is already at ${path}/${first}; give each its own name.`)];
  });
}

function findInputErrors(input: RequiredInput, path: string, patterns: InputPatterns): readonly Finding[] {
  if (input.type === 'enum' && (input.enum === undefined || input.enum.length === 0)) {
    return [error(`${path}/enum`, `The input "${input.name}" is an enum; list its values in enum.`)];
  }
  const refused = input.pattern === undefined ? undefined : patterns.whyRefused(input.pattern);
  if (refused !== undefined)
    return [
      error(
        `${path}/pattern`,
        `The pattern cannot be used: ${refused}. Write a regular expression in RE2 syntax, without lookaround and back references.`,
      ),
    ];
  const { default: value } = input;
  if (value === undefined) return [];
  const why =
    whyInvalid(input, value) ?? (typeof value === 'string' ? whyMisfit(input, value, patterns) : undefined);
  return why === undefined ? [] : [error(`${path}/default`, `The default does not fit: ${why}`)];
}

/** Errors of submitted candidates: bad ids, ids given twice, bad own steps. */
export function findCandidateErrors(
  candidates: readonly CandidateFacts[],
  checkCondition: CheckCondition,
): readonly Finding[] {
  const seen = new Map<string, number>();
  return candidates.flatMap((candidate, index) => {
    const path = `/candidates/${index}`;
    const why = whyInvalidCandidateId(candidate.id);
    if (why !== undefined) return [error(`${path}/id`, why)];
    const first = seen.get(candidate.id);
    if (first !== undefined)
      return [error(`${path}/id`, `"${candidate.id}" is already at /candidates/${first}; submit each once.`)];
    seen.set(candidate.id, index);
    return findStepErrors(candidate.steps ?? [], `${path}/steps`, checkCondition);
  });
}
