import { randomUUID } from 'node:crypto';
import { failed } from '../outcomes.ts';
import type { JsonObject, Operation, StepOutcome } from '../step-context.ts';
import { callAt, spreadMs } from '../timing.ts';
import { AttemptHandlers } from './attempt-handlers.ts';
import { AttemptKeeper, type AttemptKeeperOptions } from './attempt-keeper.ts';
import type { AttemptRecord, AttemptState, StepDispatch, StepResult } from './attempt-record.ts';
import { boundResult } from './bound-result.ts';
import type { AbortReason } from './call-handler.ts';
import { CallbackChannel, roomForOperations } from './callback-channel.ts';
import { InlineAnswer } from './inline-answer.ts';
import { createOperationBuffer, type OperationBuffer } from './operation-buffer.ts';
import { PollNews } from './poll-news.ts';
import type { CallbackAnswer, PostCallback } from './post-callback.ts';
import type { PreparedWork } from './prepare-work.ts';
import type { WorkQueue } from './work-queue.ts';

export interface AttemptSessionOptions extends AttemptKeeperOptions {
  readonly queue: WorkQueue;
  readonly post: PostCallback;
  readonly work: PreparedWork;
  readonly pollEveryMs: number;
  /** An earlier process left it, so nobody has told this one that it is still to be done. */
  readonly isTakenUp: boolean;
  /** Called once, when this instance has nothing more to do with the attempt. */
  readonly onOver: () => void;
}

/** The work of this instance on one open attempt: runs it, polls it, reports it, and keeps its record. */
export class AttemptSession {
  readonly #keeper: AttemptKeeper;
  readonly #options: AttemptSessionOptions;
  readonly #operations: OperationBuffer;
  readonly #channel: CallbackChannel;
  readonly #handlers: AttemptHandlers;
  readonly #news = new PollNews();
  #mode: 'working' | 'waiting' | 'reporting' | 'over' = 'working';
  readonly #inlineAnswer = new InlineAnswer();
  #cancelTimer: () => void = () => {};
  #cancelDeadline: () => void = () => {};
  #isPollWanted = false;

  constructor(record: AttemptRecord, dispatch: StepDispatch, options: AttemptSessionOptions) {
    this.#keeper = new AttemptKeeper(record, options);
    this.#options = options;
    this.#operations = createOperationBuffer(record.operations, [record.callbackToken]);
    this.#handlers = new AttemptHandlers({
      dispatch,
      work: options.work,
      log: options.log,
      record: () => this.record,
      operations: this.#operations,
      onProgress: (message, metadata) => this.#sendProgress(message, metadata),
    });
    this.#channel = new CallbackChannel({
      identity: record.identity,
      target: () => ({
        callbackUrl: this.record.callbackUrl,
        callbackToken: this.record.callbackToken,
        traceparent: this.record.traceparent,
      }),
      operations: this.#operations,
      post: options.post,
      log: options.log,
      onStop: (answer) => void this.#stop(answer),
    });
  }

  get record(): AttemptRecord {
    return this.#keeper.record;
  }

  get isReporting(): boolean {
    return this.#mode === 'reporting';
  }

  /** Goes on where the record stands. */
  start(): void {
    const { state, expiresAt } = this.record;
    if (state.kind === 'finished') {
      this.#mode = 'reporting';
      void this.#deliver(state.result);
      return;
    }
    this.#cancelDeadline = callAt(expiresAt, () => this.#expire());
    if (state.kind === 'pending') {
      this.#channel.sendPending(state.result);
      this.#waitToPoll(0);
    } else if (this.#options.isTakenUp) {
      void this.#askAndExecute();
    } else {
      this.#enqueue(() => this.#execute());
    }
  }

  /** The attempt may have been cancelled while nobody was there to be told. */
  async #askAndExecute(): Promise<void> {
    const outcome = {
      status: 'pending',
      message: 'Goes on where another process left it.',
      state: {},
    } as const;
    const isWanted = await this.#channel.ask(this.#bound(outcome));
    if (isWanted && this.#mode !== 'over') this.#enqueue(() => this.#execute());
  }

  /**
   * Waits for the result of a step that is answered within its dispatch request.
   *
   * @returns undefined when it takes longer, or waits for something; it is then sent as a callback.
   */
  async waitForResult(ms: number): Promise<StepResult | undefined> {
    const result = await this.#inlineAnswer.wait(ms);
    if (result === undefined) this.#answerByCallback();
    return result;
  }

  /** The server dispatched the attempt again, perhaps with another address; what waits to be sent is sent now. */
  redeliver(dispatch: StepDispatch, traceparent: string | undefined): void {
    this.#keeper.changeDelivery(dispatch, traceparent);
    // Nobody may be left at the other end of the first request.
    this.#answerByCallback();
    this.#channel.hurry();
  }

  /**
   * Looks now whether what the attempt waits for has happened; one that still runs looks when it begins to wait.
   *
   * @param cause - Told with the next callback.
   */
  wake(cause?: Operation): void {
    if (cause !== undefined) this.#operations.add(cause);
    this.#isPollWanted = true;
    if (this.#mode === 'waiting') this.#waitToPoll(0);
  }

  /** Settles when the handler that runs now has ended, or is given up on; undefined when none runs. */
  get handlerEnd(): Promise<unknown> | undefined {
    return this.#handlers.called;
  }

  /**
   * Ends the work without a word to the server; the record is left to whoever holds it.
   *
   * @param graceMs - So long the server waits for the handler to end.
   */
  abandon(reason: AbortReason, graceMs?: number): void {
    if (this.#mode === 'over') return;
    this.#options.log.info({ reason }, 'left the attempt');
    this.#end(reason, graceMs);
    this.#options.onOver();
  }

  /** Asks a running handler to end for a shutdown. What it still gives is kept. */
  interrupt(): void {
    this.#cancelTimer();
    this.#cancelDeadline();
    this.#handlers.abort('shutdown');
  }

  /** @param reason - Left out when the handler has ended by itself. */
  #end(reason?: AbortReason, graceMs?: number): void {
    this.#mode = 'over';
    this.#cancelTimer();
    this.#cancelDeadline();
    this.#channel.close();
    if (reason !== undefined) this.#handlers.abort(reason, graceMs);
    this.#answerByCallback();
  }

  #answerByCallback(): void {
    this.#keeper.answerByCallback();
    this.#inlineAnswer.take()?.(undefined);
  }

  #expire(): void {
    this.#handlers.abort('deadline');
    // A handler that runs ends by its signal, one in the queue as soon as it is its turn.
    if (this.#mode === 'waiting') void this.#settle(this.#handlers.describeExpiry());
  }

  #enqueue(task: () => Promise<void>): void {
    this.#options.queue.push(() =>
      task().catch((error: unknown) => {
        // A fault of the SDK itself: the server finds the attempt idle and dispatches it again.
        this.#options.log.error({ err: error }, 'the work on an attempt broke');
        this.abandon('stopped');
      }),
    );
  }

  async #execute(): Promise<void> {
    this.#work();
    const end = await this.#handlers.execute();
    if (end.kind !== 'aborted') await this.#settle(end.outcome);
    else await this.#settleIfExpired();
  }

  async #poll(): Promise<void> {
    const { state } = this.record;
    if (state.kind !== 'pending' || this.#mode === 'over') return;
    this.#isPollWanted = false;
    this.#work();
    const end = await this.#handlers.poll(state.pollState);
    if (end.kind === 'aborted') return this.#settleIfExpired();
    if (end.kind === 'threw' && this.#news.passBy(end.outcome)) {
      this.#sendProgress(`Looking again failed and is tried later: ${end.outcome.message}`);
      return this.#waitToPoll(this.#options.pollEveryMs);
    }
    this.#news.recover();
    await this.#settle(end.outcome);
  }

  #work(): void {
    if (this.#mode !== 'over') this.#mode = 'working';
  }

  async #settleIfExpired(): Promise<void> {
    if (this.#handlers.isExpired) await this.#settle(this.#handlers.describeExpiry());
  }

  #sendProgress(message: string, metadata: JsonObject = {}): void {
    const result = this.#bound({ status: 'pending', message, state: {}, metadata });
    if (result.status === 'pending') this.#channel.sendPending(result);
    else this.#options.log.warn({ reason: result.message }, 'left out what a handler told');
  }

  #bound(outcome: StepOutcome): StepResult {
    return boundResult(outcome, randomUUID(), [this.record.callbackToken]);
  }

  async #settle(outcome: StepOutcome): Promise<void> {
    if (this.#mode === 'over') return;
    const result = this.#bound(outcome);
    if (outcome.status !== 'pending' || result.status !== 'pending') return this.#report(result);
    if (this.#options.work.definition.poll === undefined) {
      return this.#report(this.#bound(this.#handlers.describeLackOfPoll()));
    }
    if (this.#news.isNews(this.record.state, outcome.state, result)) {
      this.#answerByCallback();
      if (!(await this.#save({ kind: 'pending', pollState: outcome.state, result }))) return;
      this.#channel.sendPending(result);
    }
    this.#waitToPoll(this.#isPollWanted ? 0 : this.#options.pollEveryMs);
  }

  #waitToPoll(afterMs: number): void {
    this.#cancelTimer();
    // The deadline may have come while the state was saved.
    void this.#settleIfExpired();
    if (this.#mode === 'over' || this.#handlers.isAborted) return;
    this.#mode = 'waiting';
    this.#cancelTimer = callAt(Date.now() + spreadMs(afterMs), () => {
      this.#mode = 'working';
      this.#enqueue(() => this.#poll());
    });
  }

  /** Keeps a final result, then answers the waiting request with it or sends it as a callback. */
  async #report(result: StepResult): Promise<void> {
    this.#mode = 'reporting';
    this.#cancelTimer();
    this.#cancelDeadline();
    this.#options.log.info({ status: result.status, message: result.message }, 'the attempt has a result');
    const operations = this.#operations.nextBatch(roomForOperations(result, this.record.identity));
    const fitsAnswer = operations.length === this.#operations.all.length;
    const answerRequest = fitsAnswer ? this.#inlineAnswer.take() : undefined;
    if (answerRequest === undefined) {
      this.#answerByCallback();
      if (await this.#save({ kind: 'finished', result })) await this.#deliver(result);
      return;
    }
    // The server dispatches again when the answer does not reach it, and is answered the same.
    this.#operations.drop(operations);
    const answer = operations.length === 0 ? result : { ...result, operations: [...operations] };
    const isSaved = await this.#save({ kind: 'acknowledged', result: answer });
    answerRequest(isSaved ? answer : undefined);
    if (isSaved) this.#finish();
  }

  /** Sends the final callback until the server has it, or says that it does not want it. */
  async #deliver(result: StepResult): Promise<void> {
    const answer = await this.#channel.sendFinal(result);
    if (answer === undefined) return;
    if (answer.kind === 'acknowledged') {
      if (await this.#save({ kind: 'acknowledged', result })) this.#finish();
    } else if (answer.kind === 'stop' || result.failureClass === 'fatal') {
      await this.#stop(answer.kind === 'stop' ? answer : { ...answer, kind: 'stop', isOver: false });
    } else {
      // Without a final callback the run would wait for ever.
      const why = `The server refused the result of the step: ${answer.reason}`;
      await this.#report(this.#bound(failed(why, { failureClass: 'fatal' })));
    }
  }

  /** Ends the work as the server told. Unless the attempt is over, where it stood is kept for a redelivery. */
  async #stop(answer: Extract<CallbackAnswer, { kind: 'stop' }>): Promise<void> {
    const { state } = this.record;
    if (this.#mode === 'over' || state.kind === 'acknowledged' || state.kind === 'stopped') return;
    this.#options.log.warn({ reason: answer.reason }, 'stopped, as the server told');
    this.#end('stopped');
    if (answer.isOver) await this.#keeper.refuse();
    else await this.#save({ kind: 'stopped', reason: answer.reason, was: state });
    this.#options.onOver();
  }

  async #save(state: AttemptState): Promise<boolean> {
    const isHeld = await this.#keeper.save(state, this.#operations.all);
    if (!isHeld) this.abandon(this.#options.closing.aborted ? 'shutdown' : 'taken over');
    return isHeld;
  }

  #finish(): void {
    if (this.#mode === 'over') return;
    this.#end();
    this.#options.onOver();
  }
}
