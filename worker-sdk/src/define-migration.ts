import type { components } from '@loom/api';
import type { Logger } from 'pino';
import { z } from 'zod';
import { checkSteps } from './check-steps.ts';
import { migrationLimits, requiredInputLimits } from './contract-limits.ts';
import type { NothingSchema, StepDefinition } from './define-step.ts';
import { DefinitionError } from './definition-error.ts';
import { describeIssues } from './describe-issues.ts';
import type { CheckedStep, MigrationStep } from './migration-step.ts';
import { deriveRequiredInputs, type RequiredInput, type RequiredInputSpec } from './required-inputs.ts';
import type { JsonObject } from './step-context.ts';

/** One thing to migrate, as discovery finds it; at most 1 MB of JSON. */
export interface Candidate {
  /** 1 to 255 bytes of UTF-8, the same at every discovery. */
  readonly id: string;
  /** Default `repository`. */
  readonly kind?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Shown only. */
  readonly metadata?: JsonObject;
  readonly files?: readonly components['schemas']['FileGroup'][];
  /** Instead of the migration's steps; their definitions stand in its steps or `stepTypes`. */
  readonly steps?: readonly MigrationStep[];
}

/** What a discovery hook is given. */
export interface DiscoveryContext {
  readonly migrationId: string;
  /** Aborted at shutdown. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** What a discovery hook gives: candidates as they are found, or all at once. */
export type DiscoveredCandidates =
  | AsyncIterable<Candidate>
  | Promise<Iterable<Candidate> | AsyncIterable<Candidate>>;

interface MigrationFacts {
  /** Lower case letters, digits and `-`, at most 63. */
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly owner?: string;
  /** Markdown. */
  readonly overview?: string;
  /** Labels that candidates can be filtered by, at most 16. */
  readonly labelKeys?: readonly string[];
  /** Step definitions that only candidates' own steps use. */
  readonly stepTypes?: readonly StepDefinition[];
  /** Finds candidates. Throwing means that nothing is marked as gone; it is tried again on schedule. */
  readonly discover?: (context: DiscoveryContext) => DiscoveredCandidates;
  /** Milliseconds between discoveries; default one hour. */
  readonly discoverEveryMs?: number;
}

/** What {@link defineMigration} takes. */
export interface MigrationSpec<Steps extends readonly MigrationStep[], Inputs extends z.ZodObject>
  extends MigrationFacts {
  /** What a person gives at start: strings, numbers, booleans, enums. `requiredInputs` is derived from it. */
  readonly inputs?: Inputs;
  /** Says by name what is announced in place of what `inputs` says by itself. */
  readonly requiredInputs?: readonly RequiredInputSpec[];
  readonly steps: {
    readonly [Index in keyof Steps]: Steps[Index] & CheckedStep<Steps[Index], z.output<Inputs>>;
  };
}

/** A checked migration, made by {@link defineMigration}. */
export interface Migration extends MigrationFacts {
  readonly inputs: z.ZodObject;
  readonly requiredInputs: readonly RequiredInput[];
  readonly labelKeys: readonly string[];
  readonly steps: readonly MigrationStep[];
  /** Every step definition that a dispatch may ask for, by type. */
  readonly definitions: ReadonlyMap<string, StepDefinition>;
}

/** Where a step reads an input that the migration does not ask for. */
function checkStepInputs(definitions: Iterable<StepDefinition>, inputs: z.ZodObject): readonly string[] {
  return [...definitions].flatMap((definition) =>
    Object.keys(definition.inputs.shape)
      .filter((name) => !(name in inputs.shape))
      .map((name) => `inputs: the step type "${definition.type}" reads "${name}", which is not declared`),
  );
}

function resolveRequiredInputs(inputs: z.ZodObject, specs: readonly RequiredInputSpec[]) {
  const { requiredInputs, mistakes } = deriveRequiredInputs(inputs);
  const unknown = specs.filter(({ name }) => !(name in inputs.shape));
  const resolved = requiredInputs.map((derived): RequiredInput => {
    const spec = specs.find(({ name }) => name === derived.name);
    return spec === undefined ? derived : { type: 'string', required: true, ...spec };
  });
  const limits = z.array(requiredInputLimits).max(100).safeParse(resolved);
  return {
    requiredInputs: resolved,
    mistakes: [
      ...mistakes,
      ...unknown.map(({ name }) => `requiredInputs: "${name}" is not in inputs`),
      ...(limits.success ? [] : describeIssues(limits.error, 'requiredInputs')),
    ],
  };
}

/**
 * Defines a migration and checks it whole: ids, limits, step names, every config, the inputs that steps read.
 *
 * @throws DefinitionError that lists every mistake.
 */
export function defineMigration<
  const Steps extends readonly MigrationStep[],
  Inputs extends z.ZodObject = NothingSchema,
>(spec: MigrationSpec<Steps, Inputs>): Migration {
  const steps: readonly MigrationStep[] = spec.steps;
  const inputs: z.ZodObject = spec.inputs ?? z.object({});
  const used = [...steps.flatMap((step) => ('use' in step ? [step.use] : [])), ...(spec.stepTypes ?? [])];
  const definitions = new Map<string, StepDefinition>();
  for (const definition of used) {
    if (!definitions.has(definition.type)) definitions.set(definition.type, definition);
  }
  const limits = migrationLimits.safeParse(spec);
  const { requiredInputs, mistakes } = resolveRequiredInputs(inputs, spec.requiredInputs ?? []);
  const found = [
    ...(limits.success ? [] : describeIssues(limits.error)),
    ...checkSteps(steps, definitions),
    ...mistakes,
    ...checkStepInputs(definitions.values(), inputs),
  ];
  if (found.length > 0) throw new DefinitionError(`The migration "${spec.id}"`, found);
  return { ...spec, inputs, requiredInputs, labelKeys: spec.labelKeys ?? [], steps, definitions };
}
