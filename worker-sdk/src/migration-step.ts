import type { components } from '@loom/api';
import type { z } from 'zod';
import type { StepDefinition } from './define-step.ts';
import type { JsonObject } from './step-context.ts';

/** Automatic retries of a failed attempt, before a person is asked. */
export type RetryPolicy = Partial<components['schemas']['RetryPolicy']> & { readonly maxAttempts: number };

/** What a step that the worker runs and a review have in common. */
interface CommonStep {
  /** Unique in the migration; lower case letters, digits and `-`, at most 63. */
  readonly name: string;
  readonly description?: string;
  /** Steps of one group are shown together, such as those of an environment. */
  readonly group?: string;
  /** CEL over `inputs`, `candidate` and `outputs`; false skips the step. Evaluated by the server. */
  readonly when?: string;
}

/** One use of a {@link StepDefinition} in a migration. */
export interface WorkStep extends CommonStep {
  readonly use: StepDefinition;
  readonly config?: JsonObject;
  /** From when a worker first takes it to its outcome, in milliseconds; the server's default is 7 days. */
  readonly timeoutMs?: number;
  /** Milliseconds from then until people are told that it takes longer than expected, such as a merge that nobody sees to. */
  readonly remindAfterMs?: number;
  readonly retry?: RetryPolicy;
  /**
   * Seconds that its handler may take to end when the run is cancelled, at most 300; the run waits for it before it ends or
   * undoes anything. Without it the run goes on as soon as the handler's signal is aborted.
   */
  readonly cancelGraceSeconds?: number;
  /** Of all steps with this key, whatever their run and migration, one at a time is with its worker. */
  readonly concurrencyKey?: string;
  /** Whether the step can be undone; default: whether its definition has `compensate`. */
  readonly compensable?: boolean;
}

/** A step that waits for a person and is run by nobody. */
export interface ReviewStep extends CommonStep {
  readonly kind: 'review';
  /** How many different people have to approve; default 1. */
  readonly approvals?: number;
  /** What to look at, in Markdown. */
  readonly instructions?: string;
  readonly links?: readonly { readonly label: string; readonly url: string }[];
  /** Milliseconds until people are reminded. */
  readonly remindAfterMs?: number;
  /** Milliseconds until an operator has to see to it. Running out of time never approves. */
  readonly escalateAfterMs?: number;
}

/** One step of a migration, or of a candidate that has steps of its own. */
export type MigrationStep = WorkStep | ReviewStep;

/** A step that waits until people have approved; `instructions` and `links` say what to look at. */
export function review(step: Omit<ReviewStep, 'kind'>): ReviewStep {
  return { kind: 'review', ...step };
}

type ConfigOf<Definition> =
  Definition extends StepDefinition<infer Config, z.ZodObject> ? z.input<Config> : never;
type InputsOf<Definition> =
  Definition extends StepDefinition<z.ZodObject, infer Inputs> ? z.input<Inputs> : never;

/** `config` may be left out where an empty one is valid. */
type ConfigCheck<Definition> =
  Record<never, never> extends ConfigOf<Definition>
    ? { readonly config?: ConfigOf<Definition> }
    : { readonly config: ConfigOf<Definition> };

/** What the compiler demands of one step of a migration whose inputs come out as `MigrationInputs`. */
export type CheckedStep<Step, MigrationInputs> = Step extends { readonly use: infer Definition }
  ? // A step that reads no inputs has an index signature there.
    string extends keyof InputsOf<Definition>
    ? ConfigCheck<Definition>
    : MigrationInputs extends InputsOf<Definition>
      ? ConfigCheck<Definition>
      : { readonly use: { readonly 'the migration lacks inputs of this step': InputsOf<Definition> } }
  : unknown;
