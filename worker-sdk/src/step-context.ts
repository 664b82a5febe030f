import type { components } from '@loom/api';
import type { Logger } from 'pino';

type Schemas = components['schemas'];

/** The candidate as a dispatch or a dry run carries it. */
export type DispatchedCandidate = Schemas['DispatchedCandidate'];
/** One git or forge operation of an attempt; the SDK gives it its id. */
export type Operation = Omit<Schemas['Operation'], 'id'>;
/** One file that a step would change. */
export type FileChange = Schemas['FileChange'];
/** Who has to mend a failure, and whether trying again by itself makes sense. */
export type FailureClass = Schemas['FailureClass'];
/** A JSON object, as metadata and outputs are. */
export type JsonObject = Record<string, unknown>;

/** What a step handler gives back; see the constructors in `outcomes.ts`. */
export type StepOutcome =
  | {
      readonly status: 'succeeded' | 'merged';
      readonly message?: string;
      readonly outputs?: JsonObject;
      readonly metadata?: JsonObject;
    }
  | {
      readonly status: 'failed';
      readonly message: string;
      readonly failureClass?: FailureClass;
      readonly retryable?: boolean;
      readonly metadata?: JsonObject;
    }
  | {
      /** The step waits for something outside, such as a merge: `poll` is called with `state` until it ends. */
      readonly status: 'pending';
      readonly message: string;
      /** Kept with the attempt's key, so that the waiting survives a restart of the worker. */
      readonly state: JsonObject;
      readonly metadata?: JsonObject;
    };

/** A branch that a dry run looks at, and its newest commit then. */
export type BaseCommit = Schemas['BaseCommit'];

/** What a dry run records. Absent in a real run. */
export interface Preview {
  /** Adds a change that the step would make. */
  readonly recordChange: (change: FileChange) => void;
  /** Tells which commit the preview is made from, so that people can be told when it has moved since. */
  readonly recordBase: (base: BaseCommit) => void;
  /** Lives for the whole dry run, so that a step sees what the steps before it would have done. */
  readonly session: Map<string, unknown>;
}

/** What a step handler is given. */
export interface StepContext<Config = JsonObject, Inputs = JsonObject> {
  readonly migrationId: string;
  readonly runId: string;
  /** When a run that is over is rolled back: that run, whose effects this one undoes. */
  readonly undoes?: string | undefined;
  readonly stepName: string;
  readonly type: string;
  readonly phase: 'execute' | 'compensate';
  /** Numbered from 1. */
  readonly attempt: number;
  /** The same for redeliveries of one attempt. */
  readonly idempotencyKey: string;
  readonly candidate: DispatchedCandidate;
  readonly config: Config;
  readonly inputs: Inputs;
  /** Outputs of earlier steps, by step name. When compensating, also what this step's own execution gave. */
  readonly outputs: Readonly<Record<string, JsonObject>>;
  readonly previousAttempt: Schemas['PreviousAttempt'] | undefined;
  readonly deadline: Date | undefined;
  /** Aborted on cancel, on a superseding attempt, at the deadline and at shutdown. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly preview: Preview | undefined;
  /** Records an operation as an event of this attempt; sent with the next callback. */
  readonly operation: (operation: Operation) => void;
  /** Tells people what is going on now; sent as a `pending` callback, at most one in 5 s (the newest wins). */
  readonly progress: (message: string, metadata?: JsonObject) => void;
}

/** A handler may be called again for the same attempt after a crash, so it finds before it creates. */
export type StepHandler<Config, Inputs> = (context: StepContext<Config, Inputs>) => Promise<StepOutcome>;
/** Looks whether what a pending step waits for has happened. */
export type PollHandler<Config, Inputs> = (
  context: StepContext<Config, Inputs>,
  state: JsonObject,
) => Promise<StepOutcome>;
