import { z } from 'zod';
import { DefinitionError } from './definition-error.ts';
import type { JsonObject, PollHandler, StepContext, StepHandler, StepOutcome } from './step-context.ts';

/** The schema of a step or migration that takes nothing. */
export type NothingSchema = z.ZodObject<Record<never, never>>;

/** Gives the newest commit of a branch. */
export type ReadBase = (
  base: { readonly repo: string; readonly branch: string },
  signal: AbortSignal,
) => Promise<string | undefined>;

/** What {@link defineStep} takes. */
export interface StepSpec<Config extends z.ZodObject, Inputs extends z.ZodObject> {
  /** The worker's own name of this kind of step, at most 128 characters; a dispatch finds its handler by it. */
  readonly type: string;
  /** What each use of the step configures; checked when the migration is defined and again at every dispatch. */
  readonly config?: Config;
  /** The inputs of the migration that the handlers read; the rest is not shown to them. */
  readonly inputs?: Inputs;
  /** Does the step. Called again for the same attempt after a crash, so it finds before it creates. */
  readonly run: StepHandler<z.output<Config>, z.output<Inputs>>;
  /** Looks again while the step is `pending`. A transport error thrown here is tried again and never fails the step. */
  readonly poll?: PollHandler<z.output<Config>, z.output<Inputs>>;
  /** Undoes what `run` did. Its presence makes the step compensable. */
  readonly compensate?: StepHandler<z.output<Config>, z.output<Inputs>>;
  /**
   * Where a branch is now that a dry run recorded as a base; undefined when it cannot tell. Asked often while somebody
   * looks at a preview, so it reads no more than that.
   */
  readonly readBase?: ReadBase;
  /** Milliseconds between two polls of one attempt, spread by a fifth; default 5 minutes. */
  readonly pollEveryMs?: number;
  /**
   * The step ends within about a second, so it is run within the dispatch request and answered at once. When it takes
   * more than 2 s, or answers `pending`, it goes on like any other step.
   */
  readonly inline?: boolean;
}

/** A kind of step with its handlers, made by {@link defineStep} and used by migrations. */
export interface StepDefinition<
  Config extends z.ZodObject = z.ZodObject,
  Inputs extends z.ZodObject = z.ZodObject,
> {
  readonly type: string;
  readonly config: Config;
  readonly inputs: Inputs;
  readonly inline: boolean;
  readonly pollEveryMs: number | undefined;
  readonly readBase?: ReadBase;
  // Methods, not properties: a migration holds steps of many configs, and methods are compared bivariantly.
  run(context: StepContext<z.output<Config>, z.output<Inputs>>): Promise<StepOutcome>;
  poll?(context: StepContext<z.output<Config>, z.output<Inputs>>, state: JsonObject): Promise<StepOutcome>;
  compensate?(context: StepContext<z.output<Config>, z.output<Inputs>>): Promise<StepOutcome>;
}

/**
 * Defines a kind of step: what configures it, which inputs it reads, and its handlers.
 *
 * @throws DefinitionError when the type is not 1 to 128 characters or `pollEveryMs` is not positive.
 */
export function defineStep<
  Config extends z.ZodObject = NothingSchema,
  Inputs extends z.ZodObject = NothingSchema,
>(spec: StepSpec<Config, Inputs>): StepDefinition<Config, Inputs> {
  const mistakes: string[] = [];
  if (spec.type.length === 0 || spec.type.length > 128) mistakes.push('type: must have 1 to 128 characters');
  if (spec.pollEveryMs !== undefined && !(spec.pollEveryMs > 0)) {
    mistakes.push('pollEveryMs: must be a positive number of milliseconds');
  }
  if (mistakes.length > 0) throw new DefinitionError(`The step type "${spec.type}"`, mistakes);
  const { type, run, poll, compensate, readBase } = spec;
  return {
    type,
    // Without a schema the type parameter is NothingSchema, which the compiler cannot see from here.
    config: spec.config ?? (z.object({}) as z.ZodObject as Config),
    inputs: spec.inputs ?? (z.object({}) as z.ZodObject as Inputs),
    inline: spec.inline ?? false,
    pollEveryMs: spec.pollEveryMs,
    run,
    ...(poll === undefined ? {} : { poll }),
    ...(compensate === undefined ? {} : { compensate }),
    ...(readBase === undefined ? {} : { readBase }),
  };
}
