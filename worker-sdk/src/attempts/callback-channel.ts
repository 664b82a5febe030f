import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { pause, retryDelayMs } from '../timing.ts';
import type { AttemptIdentity, RecordedOperation, StepResult } from './attempt-record.ts';
import { cutText } from './bound-result.ts';
import type { OperationBuffer } from './operation-buffer.ts';
import type { CallbackAnswer, CallbackTarget, PostCallback } from './post-callback.ts';

/** The server refuses a `pending` that follows the one before sooner. */
const pendingEveryMs = 5_000;
/** The server takes 64 KB of metadata and outputs, and 16 KB around them. */
const callbackBytes = 78 * 1_024;

/** How much room a callback leaves for operations. */
export function roomForOperations(result: StepResult, identity: AttemptIdentity): number {
  return callbackBytes - Buffer.byteLength(JSON.stringify({ ...identity, ...result, operations: [] }));
}

export interface CallbackChannelOptions {
  readonly identity: AttemptIdentity;
  /** Read for each sending: a redelivery may name another address. */
  readonly target: () => CallbackTarget;
  readonly operations: OperationBuffer;
  readonly post: PostCallback;
  readonly log: Logger;
  /** The server told the worker to stop while it was sent a `pending`. */
  readonly onStop: (answer: Extract<CallbackAnswer, { kind: 'stop' }>) => void;
}

/** Sends the callbacks of one attempt, one at a time: the newest `pending` that may go, and a final one at the end. */
export class CallbackChannel {
  readonly #options: CallbackChannelOptions;
  readonly #closing = new AbortController();
  #next: StepResult | undefined;
  #loop: Promise<void> | undefined;
  #isEnding = false;
  /** Ends the wait that is going on, if any. */
  #wake = new AbortController();
  #lastPendingAt = 0;
  #repetition = 0;

  constructor(options: CallbackChannelOptions) {
    this.#options = options;
  }

  /** Sends it when it may go, unless a newer one (which takes its metadata along) or the final one comes first. */
  sendPending(result: StepResult): void {
    if (this.#isEnding || this.#closing.signal.aborted) return;
    const metadata = { ...this.#next?.metadata, ...result.metadata };
    this.#next = Object.keys(metadata).length === 0 ? result : { ...result, metadata };
    this.#loop ??= this.#sendPendings().finally(() => {
      this.#loop = undefined;
    });
  }

  /**
   * Sends the last callback until it is answered; operations that do not fit go ahead of it.
   *
   * @returns the answer that ended it; undefined when the channel was closed.
   */
  async sendFinal(result: StepResult): Promise<Exclude<CallbackAnswer, { kind: 'later' }> | undefined> {
    this.#isEnding = true;
    this.#wake.abort();
    await this.#loop;
    const { operations, log } = this.#options;
    while (!this.#closing.signal.aborted) {
      const lastResult = this.#countLost(result);
      const isLast = this.#nextBatch(lastResult).length === operations.all.length;
      if (!isLast) await this.#waitForTurn();
      if (this.#closing.signal.aborted) break;
      const answer = await this.#post(isLast ? lastResult : this.#reportOperations());
      if (answer.kind === 'later') await this.#waitToRepeat(answer, log);
      else if (isLast || answer.kind === 'stop') return answer;
    }
    return undefined;
  }

  /**
   * Sends a `pending` until the server has said something to it.
   *
   * @returns whether the attempt is still wanted; false also when the channel was closed.
   */
  async ask(result: StepResult): Promise<boolean> {
    while (!this.#closing.signal.aborted) {
      const answer = await this.#post(result);
      if (answer.kind === 'stop') this.#options.onStop(answer);
      if (answer.kind !== 'later') return answer.kind !== 'stop';
      await this.#waitToRepeat(answer, this.#options.log);
    }
    return false;
  }

  /** Tries again now what waits to be repeated. */
  hurry(): void {
    this.#wake.abort();
  }

  /** Sends nothing more. What is under way is left alone. */
  close(): void {
    this.#closing.abort();
    this.#wake.abort();
  }

  async #sendPendings(): Promise<void> {
    while (this.#next !== undefined && !this.#isEnding && !this.#closing.signal.aborted) {
      await this.#waitForTurn();
      if (this.#isEnding || this.#closing.signal.aborted) return;
      const result: StepResult = this.#next;
      this.#next = undefined;
      const answer = await this.#post(result);
      if (answer.kind === 'stop') {
        this.#options.onStop(answer);
        return;
      }
      if (answer.kind === 'later') {
        this.#next ??= result;
        if (this.#isEnding) return;
        await this.#waitToRepeat(answer, this.#options.log);
      }
    }
  }

  #nextBatch(result: StepResult): readonly RecordedOperation[] {
    return this.#options.operations.nextBatch(roomForOperations(result, this.#options.identity));
  }

  /** Its text differs each time: the server takes the same content for a repetition. */
  #reportOperations(): StepResult {
    const message = `Reporting ${this.#options.operations.all.length} operations.`;
    return { eventId: randomUUID(), status: 'pending', message };
  }

  async #post(result: StepResult): Promise<CallbackAnswer> {
    const { identity, operations, post, target, log } = this.#options;
    const batch = this.#nextBatch(result);
    const { runId, stepName, candidateId, phase, attempt } = identity;
    const answer = await post(target(), {
      runId,
      stepName,
      candidateId,
      phase,
      attempt,
      ...result,
      ...(batch.length === 0 ? {} : { operations: [...batch] }),
    });
    if (result.status === 'pending') this.#lastPendingAt = Date.now();
    if (answer.kind === 'acknowledged' || answer.kind === 'refused') {
      this.#repetition = 0;
      operations.drop(batch);
    }
    if (answer.kind === 'refused') log.error({ reason: answer.reason }, 'the server refused a callback');
    return answer;
  }

  #countLost(result: StepResult): StepResult {
    const { lost } = this.#options.operations;
    if (lost === 0) return result;
    const note = ` (${lost} operations were too many to be recorded.)`;
    return { ...result, message: cutText(result.message ?? '', 2_048 - Buffer.byteLength(note)) + note };
  }

  async #waitForTurn(): Promise<void> {
    const left = this.#lastPendingAt + pendingEveryMs - Date.now();
    if (left > 0) await this.#wait(left);
  }

  async #waitToRepeat(answer: Extract<CallbackAnswer, { kind: 'later' }>, log: Logger): Promise<void> {
    const delayMs = Math.max(retryDelayMs(this.#repetition), answer.retryAfterMs ?? 0);
    // Said once per trouble, not once per try.
    log[this.#repetition === 0 ? 'warn' : 'debug'](
      { reason: answer.reason },
      'the callback is repeated later',
    );
    this.#repetition += 1;
    await this.#wait(delayMs);
  }

  async #wait(ms: number): Promise<void> {
    this.#wake = new AbortController();
    if (this.#closing.signal.aborted) return;
    await pause(ms, this.#wake.signal);
  }
}
