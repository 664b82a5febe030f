import type { Logger } from 'pino';
import { failed } from '../outcomes.ts';
import type { JsonObject, StepContext, StepOutcome } from '../step-context.ts';
import type { AttemptRecord, StepDispatch } from './attempt-record.ts';
import {
  type AbortReason,
  AttemptAbortedError,
  callHandler,
  type HandlerEnd,
  isExpired,
} from './call-handler.ts';
import { makeStepContext } from './make-step-context.ts';
import type { OperationBuffer } from './operation-buffer.ts';
import type { PreparedWork } from './prepare-work.ts';

export interface AttemptHandlersOptions {
  readonly dispatch: StepDispatch;
  readonly work: PreparedWork;
  readonly log: Logger;
  /** The attempt as it stands. */
  readonly record: () => AttemptRecord;
  readonly operations: OperationBuffer;
  readonly onProgress: (message: string, metadata?: JsonObject) => void;
}

/** Calls the handlers of one attempt, all under one signal. */
export class AttemptHandlers {
  readonly #options: AttemptHandlersOptions;
  readonly #controller = new AbortController();
  #called: Promise<unknown> | undefined;

  constructor(options: AttemptHandlersOptions) {
    this.#options = options;
  }

  get isAborted(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Its deadline ended it, not a person or the process. */
  get isExpired(): boolean {
    return isExpired(this.#controller.signal);
  }

  /** The call of a handler that is under way; it settles when the handler has ended, or is given up on. */
  get called(): Promise<unknown> | undefined {
    return this.#called;
  }

  abort(reason: AbortReason, graceMs?: number): void {
    this.#controller.abort(new AttemptAbortedError(reason, graceMs));
  }

  execute(): Promise<HandlerEnd> {
    const { definition } = this.#options.work;
    return this.#call((context) => {
      if (context.phase === 'execute') return definition.run(context);
      return definition.compensate?.(context) ?? Promise.resolve(failed('The step cannot be compensated.'));
    });
  }

  poll(pollState: JsonObject): Promise<HandlerEnd> {
    const { definition } = this.#options.work;
    return this.#call(
      (context) =>
        // A copy: a handler that changes it in place would hide from the store that it has changed.
        definition.poll?.(context, structuredClone(pollState)) ?? Promise.resolve(this.describeLackOfPoll()),
    );
  }

  describeLackOfPoll(): StepOutcome {
    const why = `The step type "${this.#options.dispatch.type}" answers pending but has no poll handler.`;
    return failed(why, { failureClass: 'fatal' });
  }

  describeExpiry(): StepOutcome {
    const { expiresAt, receivedAt } = this.#options.record();
    const seconds = Math.round((expiresAt - receivedAt) / 1_000);
    return failed(`The step did not end within its ${seconds} s.`, { failureClass: 'timeout' });
  }

  #call(handler: (context: StepContext) => Promise<StepOutcome>): Promise<HandlerEnd> {
    const call = callHandler(() => handler(this.#makeContext()), this.#controller.signal, this.#options.log);
    const called = call.finally(() => {
      if (this.#called === called) this.#called = undefined;
    });
    this.#called = called;
    return call;
  }

  #makeContext(): StepContext {
    const { record, dispatch, work, log, operations, onProgress } = this.#options;
    return makeStepContext(record(), dispatch, work, {
      signal: this.#controller.signal,
      log,
      operation: (operation) => {
        operations.add(operation);
        if (!operations.isFull) return;
        const { state } = record();
        const waitsFor = state.kind === 'pending' ? state.result.message : undefined;
        onProgress(waitsFor ?? `Working: ${operations.all.length} operations to report.`);
      },
      progress: onProgress,
    });
  }
}
