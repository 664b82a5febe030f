import type { z } from 'zod';
import type { Migration } from '../define-migration.ts';
import type { StepDefinition } from '../define-step.ts';
import { describeIssues } from '../describe-issues.ts';
import type { JsonObject } from '../step-context.ts';

/** What a dispatch asks for, found and checked. */
export interface PreparedWork {
  readonly definition: StepDefinition;
  readonly config: JsonObject;
  readonly inputs: JsonObject;
}

export type Preparation =
  | { readonly ok: true; readonly work: PreparedWork }
  /** This worker has no such step: a deployment mends it. */
  | { readonly ok: false; readonly kind: 'unknown'; readonly detail: string }
  /** The step cannot be run as it is asked for. */
  | {
      readonly ok: false;
      readonly kind: 'invalid';
      readonly detail: string;
      readonly mistakes: readonly string[];
    };

export interface WorkRequest {
  readonly migrationId: string;
  readonly type: string;
  readonly phase: 'execute' | 'compensate';
  readonly config: JsonObject;
  readonly inputs: JsonObject;
}

/** The steps that this worker can run. */
export interface StepCatalogue {
  readonly migrations: ReadonlyMap<string, Migration>;
  /** Step types for migrations of other workers. */
  readonly stepTypes: ReadonlyMap<string, StepDefinition>;
}

/** The inputs as a step reads them: first as the migration declares them, then what the step takes from that. */
function readInputs(
  inputs: JsonObject,
  migration: Migration | undefined,
  definition: StepDefinition,
): { readonly value: JsonObject; readonly mistakes: readonly string[] } {
  const schemas: readonly z.ZodObject[] =
    migration === undefined ? [definition.inputs] : [migration.inputs, definition.inputs];
  let value = inputs;
  for (const schema of schemas) {
    const parsed = schema.safeParse(value);
    if (!parsed.success) return { value, mistakes: describeIssues(parsed.error, 'inputs') };
    value = parsed.data;
  }
  return { value, mistakes: [] };
}

/** Finds the definition that a dispatch or a preview asks for, and checks config and inputs by its schemas. */
export function prepareWork(catalogue: StepCatalogue, request: WorkRequest): Preparation {
  const migration = catalogue.migrations.get(request.migrationId);
  const definition = migration?.definitions.get(request.type) ?? catalogue.stepTypes.get(request.type);
  if (definition === undefined) {
    const detail =
      migration === undefined
        ? `This worker does not have the migration "${request.migrationId}".`
        : `This worker has no step type "${request.type}" in the migration "${request.migrationId}".`;
    return { ok: false, kind: 'unknown', detail };
  }
  if (request.phase === 'compensate' && definition.compensate === undefined) {
    const detail = `The step type "${request.type}" cannot be compensated.`;
    return { ok: false, kind: 'invalid', detail, mistakes: [] };
  }
  const config = definition.config.safeParse(request.config);
  const inputs = readInputs(request.inputs, migration, definition);
  const mistakes = [...(config.success ? [] : describeIssues(config.error, 'config')), ...inputs.mistakes];
  if (!config.success || mistakes.length > 0) {
    const detail = `The step does not fit its definition in this worker: ${mistakes.join('; ')}.`;
    return { ok: false, kind: 'invalid', detail, mistakes };
  }
  return { ok: true, work: { definition, config: config.data, inputs: inputs.value } };
}
