import type { components } from '@loom/api';
import type { Operation } from '../step-context.ts';
import type { Admission } from '../stores/attempt-store.ts';
import { pause } from '../timing.ts';
import {
  type AttemptName,
  type AttemptRecord,
  type AttemptState,
  hasSameIdentity,
  recordDispatch,
  type StepDispatch,
  type StepResult,
} from './attempt-record.ts';
import { HeldAttempts, type HeldAttemptsOptions } from './held-attempts.ts';
import type { PendingAttempt } from './pending-attempt.ts';
import { type Preparation, type PreparedWork, prepareWork } from './prepare-work.ts';

/** How a dispatch is answered. */
export type DispatchAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'done'; readonly result: StepResult }
  | { readonly kind: 'superseded'; readonly detail: string }
  | Omit<Extract<Preparation, { kind: 'unknown' }>, 'ok'>
  | Omit<Extract<Preparation, { kind: 'invalid' }>, 'ok'>
  | { readonly kind: 'full' }
  | { readonly kind: 'draining' };

export interface AttemptDeskOptions extends HeldAttemptsOptions {
  readonly queueLimit: number;
}

/** What became of an attempt that was to be cancelled. */
export type CancelAnswer = 'stopped' | 'stopping' | 'unknown';

/** A dispatch request waits no longer for a step that answers within it. */
const inlineMs = 2_000;
/** A cancellation waits no longer for a handler: the server asks again. */
const stopWaitMs = 1_000;

/** Takes in dispatches and records them before anything is done; what is answered stands for the whole worker. */
export class AttemptDesk {
  readonly #options: AttemptDeskOptions;
  readonly #held: HeldAttempts;
  /** Handlers of cancelled attempts that have not ended yet, by the key of the attempt. */
  readonly #stopping = new Map<string, Promise<void>>();
  #admitting = 0;
  #isDraining = false;

  constructor(options: AttemptDeskOptions) {
    this.#options = options;
    this.#held = new HeldAttempts(options);
  }

  /** Takes up what an earlier process left, and keeps the leases from now on. */
  start(): Promise<void> {
    return this.#held.start();
  }

  /** Attempts that this instance works on, waits for or still has to report. */
  get busy(): readonly components['schemas']['BusyAttempt'][] {
    return this.#held.busy;
  }

  /** What other instances left is not taken up while the server gives this one nothing new. */
  takeOrphans(isTaking: boolean): void {
    this.#held.takesOrphans = isTaking;
  }

  /** Records the attempt and begins to work on it, or says why not. Rejects when the store is away. */
  async dispatch(dispatch: StepDispatch, traceparent: string | undefined): Promise<DispatchAnswer> {
    if (this.#isDraining) return { kind: 'draining' };
    const preparation = prepareWork(this.#options.catalogue, dispatch);
    if (!preparation.ok) {
      // The answer fails the step, so nobody is to go on with what an earlier process may have left of it.
      if (preparation.kind === 'invalid') await this.cancel(dispatch);
      return preparation;
    }
    const isNew = this.#held.get(dispatch.idempotencyKey) === undefined;
    if (isNew && this.#held.waiting + this.#admitting >= this.#options.queueLimit) return { kind: 'full' };
    const { work } = preparation;
    const record = recordDispatch(dispatch, {
      now: Date.now(),
      answersInline: work.definition.inline,
      traceparent,
    });
    this.#admitting += 1;
    try {
      const admission = await this.#options.store.admit(record);
      // The process may have begun to drain meanwhile; then the record waits for whoever takes it up.
      if (this.#isDraining) return { kind: 'draining' };
      return await this.#answer(admission, record, dispatch, work);
    } finally {
      this.#admitting -= 1;
    }
  }

  /**
   * Ends an attempt and refuses it from now on.
   *
   * @param graceMs - So long the server waits for its handler to end; the answer then waits a moment for that too.
   */
  async cancel(attempt: AttemptName, graceMs?: number): Promise<CancelAnswer> {
    const key = attempt.idempotencyKey;
    const session = this.#held.get(key);
    session?.abandon('cancelled', graceMs);
    const ending = session?.handlerEnd;
    if (ending !== undefined)
      this.#stopping.set(
        key,
        settle(ending, () => this.#stopping.delete(key)),
      );
    const isKnown = await this.#options.store.cancel(attempt);
    if (graceMs !== undefined) await waitFor(this.#stopping.get(key), Math.min(graceMs, stopWaitMs));
    if (this.#stopping.has(key)) return 'stopping';
    return isKnown || session !== undefined ? 'stopped' : 'unknown';
  }

  /** Polls at once the pending attempts that the predicate picks, and records why with each. @returns how many. */
  wake(predicate: (attempt: PendingAttempt) => boolean, cause?: Operation): number {
    return this.#held.wake(predicate, cause);
  }

  /**
   * Takes nothing in any more, lets running handlers end for a while, then asks them to, reports what is finished and
   * hands the rest back to the store, from where another instance goes on.
   */
  async drain(ms: number): Promise<void> {
    this.#isDraining = true;
    await this.#held.drain(ms);
  }

  async #answer(
    admission: Admission,
    record: AttemptRecord,
    dispatch: StepDispatch,
    work: PreparedWork,
  ): Promise<DispatchAnswer> {
    switch (admission.kind) {
      case 'refused':
        return { kind: 'superseded', detail: `The attempt is ${admission.reason}.` };
      case 'created': {
        if (admission.superseded !== undefined) {
          this.#held.get(admission.superseded)?.abandon('superseded');
        }
        const session = this.#held.open(record, dispatch, work);
        const result = record.answersInline ? await session.waitForResult(inlineMs) : undefined;
        return result === undefined ? { kind: 'accepted' } : { kind: 'done', result };
      }
      case 'known':
        return this.#answerKnown(admission, record, dispatch, work);
      default:
        return admission satisfies never;
    }
  }

  async #answerKnown(
    { record: known, isOpen, isHeld }: Extract<Admission, { kind: 'known' }>,
    record: AttemptRecord,
    dispatch: StepDispatch,
    work: PreparedWork,
  ): Promise<DispatchAnswer> {
    if (!hasSameIdentity(known.identity, record.identity)) {
      const detail = 'The idempotencyKey was used for another attempt.';
      return { kind: 'invalid', detail, mistakes: ['idempotencyKey: use one key for one attempt'] };
    }
    if (isOpen) {
      const session = this.#held.get(known.key);
      if (session !== undefined) session.redeliver(dispatch, record.traceparent);
      else if (isHeld) this.#held.open(renewRecord(known, record, known.state), dispatch, work);
      return { kind: 'accepted' };
    }
    const { state } = known;
    if (state.kind === 'acknowledged' && known.answersInline) return { kind: 'done', result: state.result };
    const again: AttemptState =
      state.kind === 'acknowledged'
        ? // The server asks although it had the result: it gets it again, under the same event id.
          { kind: 'finished', result: state.result }
        : state.kind === 'stopped'
          ? state.was
          : state;
    const reopened = renewRecord(known, record, again);
    if (await this.#options.store.reopen(reopened)) this.#held.open(reopened, dispatch, work);
    return { kind: 'accepted' };
  }
}

async function settle(work: Promise<unknown>, then: () => void): Promise<void> {
  await work.catch(() => undefined);
  then();
}

async function waitFor(work: Promise<void> | undefined, ms: number): Promise<void> {
  if (work === undefined) return;
  const done = new AbortController();
  await Promise.race([work, pause(ms, done.signal)]);
  done.abort();
}

/** What is known, with the address and the time of the delivery that just came. */
function renewRecord(known: AttemptRecord, delivered: AttemptRecord, state: AttemptState): AttemptRecord {
  return {
    ...delivered,
    receivedAt: known.receivedAt,
    answersInline: false,
    operations: known.operations,
    state,
  };
}
