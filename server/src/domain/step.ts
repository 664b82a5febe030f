import type { FailureClass } from './attempt.ts';

/** Ids of migrations, steps and worker apps: without `__`, so that the first one splits a workflow ID. */
export const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Seven days: long enough for a pull request to be merged by people. */
export const DEFAULT_STEP_TIMEOUT_MS = 7 * 24 * 60 * 60 * 1000;

export type StepKind = 'dispatch' | 'review';

/** Automatic retries of a failed attempt, before a person is asked. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly initialIntervalMs: number;
  readonly backoffCoefficient: number;
  readonly maxIntervalMs: number;
  /** Failures of these classes are tried again; what has none counts as `transport`. */
  readonly classes?: readonly FailureClass[] | undefined;
}

/** How people decide on a review step. */
export interface Review {
  /** How many different people have to approve. */
  readonly approvals: number;
  /** Markdown. */
  readonly instructions?: string | undefined;
  readonly links?: readonly { readonly label: string; readonly url: string }[] | undefined;
  readonly remindAfterMs?: number | undefined;
  readonly escalateAfterMs?: number | undefined;
}

/** A step as announced. `type` and `config` are the worker's and never read here. */
export interface Step {
  readonly name: string;
  readonly description?: string | undefined;
  readonly workerApp: string;
  readonly kind: StepKind;
  readonly type: string;
  readonly group?: string | undefined;
  readonly config: Readonly<Record<string, unknown>>;
  /** From acceptance to outcome; undefined for a review, which never times out. */
  readonly timeoutMs?: number | undefined;
  /** From acceptance until people are told that it takes long; of a review, its own in `review`. */
  readonly remindAfterMs?: number | undefined;
  readonly retry?: RetryPolicy | undefined;
  readonly compensable: boolean;
  /** How long a cancelled run waits at most for its worker to stop it; not at all when undefined or 0. */
  readonly cancelGraceSeconds?: number | undefined;
  /** Of a review step. */
  readonly review?: Review | undefined;
  /** Of all steps with this key one at a time is with its worker. */
  readonly concurrencyKey?: string | undefined;
  /** A CEL expression; false skips the step. */
  readonly when?: string | undefined;
}

/** What the interpreter needs of a step: small, since it travels in workflow state. */
export interface StepOutline
  extends Pick<
    Step,
    | 'name'
    | 'workerApp'
    | 'kind'
    | 'timeoutMs'
    | 'remindAfterMs'
    | 'retry'
    | 'compensable'
    | 'cancelGraceSeconds'
  > {
  readonly review?: Pick<Review, 'approvals' | 'remindAfterMs' | 'escalateAfterMs'> | undefined;
  /** A review that has a `when`: whether people are asked is found out first. Not set of runs of before. */
  readonly isConditional?: boolean | undefined;
}

export function outlineOf(step: Step): StepOutline {
  return {
    name: step.name,
    workerApp: step.workerApp,
    kind: step.kind,
    compensable: step.compensable,
    ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
    ...(step.remindAfterMs === undefined ? {} : { remindAfterMs: step.remindAfterMs }),
    ...(step.retry === undefined ? {} : { retry: step.retry }),
    ...(hasCancelGrace(step) ? { cancelGraceSeconds: step.cancelGraceSeconds } : {}),
    ...(step.review === undefined ? {} : { review: outlineReview(step.review) }),
    ...(step.kind === 'review' && step.when !== undefined ? { isConditional: true } : {}),
  };
}

export function hasCancelGrace(
  step: Pick<Step, 'cancelGraceSeconds'>,
): step is { readonly cancelGraceSeconds: number } {
  return step.cancelGraceSeconds !== undefined && step.cancelGraceSeconds > 0;
}

function outlineReview({ approvals, remindAfterMs, escalateAfterMs }: Review): StepOutline['review'] {
  return {
    approvals,
    ...(remindAfterMs === undefined ? {} : { remindAfterMs }),
    ...(escalateAfterMs === undefined ? {} : { escalateAfterMs }),
  };
}
