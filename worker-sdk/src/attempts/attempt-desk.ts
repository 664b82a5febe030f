import type { components } from '@loom/api';
import type { Logger } from 'pino';
import type { JsonObject } from '../step-context.ts';
import type { Admission, AttemptStore } from '../stores/attempt-store.ts';
import { pause } from '../timing.ts';
import { readTraceId } from '../trace-context.ts';
import {
  type AttemptName,
  type AttemptRecord,
  type AttemptState,
  hasSameIdentity,
  nameAttempt,
  recordDispatch,
  type StepDispatch,
  type StepResult,
} from './attempt-record.ts';
import { AttemptSession } from './attempt-session.ts';
import type { PostCallback } from './post-callback.ts';
import { type Preparation, type PreparedWork, prepareWork, type StepCatalogue } from './prepare-work.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

/** How a dispatch is answered. */
export type DispatchAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'done'; readonly result: StepResult }
  | { readonly kind: 'superseded'; readonly detail: string }
  | Omit<Extract<Preparation, { kind: 'unknown' }>, 'ok'>
  | Omit<Extract<Preparation, { kind: 'invalid' }>, 'ok'>
  | { readonly kind: 'full' }
  | { readonly kind: 'draining' };

/** A pending attempt, as {@link AttemptDesk.wake} shows it to a predicate. */
export interface PendingAttempt {
  readonly migrationId: string;
  readonly candidateId: string;
  readonly runId: string;
  readonly stepName: string;
  readonly attempt: number;
  /** What the step's `pending` outcome kept for `poll`. */
  readonly state: JsonObject;
  readonly metadata: JsonObject;
}

export interface AttemptDeskOptions {
  readonly store: AttemptStore;
  readonly catalogue: StepCatalogue;
  readonly post: PostCallback;
  readonly log: Logger;
  readonly concurrency: number;
  readonly queueLimit: number;
  readonly leaseMs: number;
  /** In place of what the steps say. */
  readonly pollEveryMs: number | undefined;
}

const defaultPollEveryMs = 5 * 60_000;
/** A dispatch request waits no longer for a step that answers within it. */
const inlineMs = 2_000;
const orphansPerClaim = 100;

/** Takes in dispatches, records them before anything is done, and works on the attempts that this instance holds. */
export class AttemptDesk {
  readonly #options: AttemptDeskOptions;
  readonly #queue: WorkQueue;
  readonly #sessions = new Map<string, AttemptSession>();
  readonly #closing = new AbortController();
  readonly #strange = new Set<string>();
  #admitting = 0;
  #isDraining = false;
  #leaseTimer: NodeJS.Timeout | undefined;

  constructor(options: AttemptDeskOptions) {
    this.#options = options;
    this.#queue = createWorkQueue(options.concurrency);
  }

  /** Takes up what an earlier process left, and keeps the leases from now on. */
  async start(): Promise<void> {
    await this.#claimOrphans();
    this.#leaseTimer = setInterval(() => {
      this.#keepLeases().catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'the leases of the attempts could not be renewed');
      });
    }, this.#options.leaseMs / 3);
  }

  /** Attempts that this instance works on, waits for or still has to report. */
  get busy(): readonly components['schemas']['BusyAttempt'][] {
    return [...this.#sessions.values()].map(({ record }) => nameAttempt(record));
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
    const isNew = !this.#sessions.has(dispatch.idempotencyKey);
    if (isNew && this.#queue.waiting + this.#admitting >= this.#options.queueLimit) return { kind: 'full' };
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

  /** Ends an attempt and refuses it from now on. @returns whether it was known. */
  async cancel(attempt: AttemptName): Promise<boolean> {
    const session = this.#sessions.get(attempt.idempotencyKey);
    session?.abandon('cancelled');
    return (await this.#options.store.cancel(attempt)) || session !== undefined;
  }

  /** Polls at once the pending attempts that the predicate picks. @returns how many. */
  wake(predicate: (attempt: PendingAttempt) => boolean): number {
    let woken = 0;
    for (const session of this.#sessions.values()) {
      const { identity, state } = session.record;
      const { migrationId, candidateId, runId, stepName, attempt } = identity;
      if (state.kind === 'accepted') {
        // What it will wait for is not known yet, and may be just what has happened.
        session.wake();
      } else if (state.kind === 'pending') {
        const metadata = state.result.metadata ?? {};
        const pending = {
          migrationId,
          candidateId,
          runId,
          stepName,
          attempt,
          state: state.pollState,
          metadata,
        };
        if (!predicate(pending)) continue;
        session.wake();
        woken += 1;
      }
    }
    return woken;
  }

  /**
   * Takes nothing in any more, lets running handlers end for a while, then asks them to, reports what is finished and
   * hands the rest back to the store, from where another instance goes on.
   */
  async drain(ms: number): Promise<void> {
    this.#isDraining = true;
    this.#queue.stop();
    await Promise.race([this.#queue.whenIdle(), pause(ms * 0.6)]);
    for (const session of this.#sessions.values()) session.interrupt();
    await Promise.race([this.#queue.whenIdle(), pause(ms * 0.2)]);
    await this.#waitForReports(ms * 0.2);
    clearInterval(this.#leaseTimer);
    this.#closing.abort();
    const keys = [...this.#sessions.keys()];
    for (const session of this.#sessions.values()) session.abandon('shutdown');
    await this.#options.store.release(keys);
  }

  async #waitForReports(ms: number): Promise<void> {
    const end = Date.now() + ms;
    const isReporting = () => [...this.#sessions.values()].some((session) => session.isReporting);
    while (isReporting() && Date.now() < end) await pause(20);
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
          this.#sessions.get(admission.superseded)?.abandon('superseded');
        }
        const session = this.#open(record, dispatch, work);
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
      const session = this.#sessions.get(known.key);
      if (session !== undefined) session.redeliver(dispatch, record.traceparent);
      else if (isHeld) this.#open(this.#renewRecord(known, record, known.state), dispatch, work);
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
    const reopened = this.#renewRecord(known, record, again);
    if (await this.#options.store.reopen(reopened)) this.#open(reopened, dispatch, work);
    return { kind: 'accepted' };
  }

  /** What is known, with the address and the time of the delivery that just came. */
  #renewRecord(known: AttemptRecord, delivered: AttemptRecord, state: AttemptState): AttemptRecord {
    return {
      ...delivered,
      receivedAt: known.receivedAt,
      answersInline: false,
      operations: known.operations,
      state,
    };
  }

  #open(record: AttemptRecord, dispatch: StepDispatch, work: PreparedWork): AttemptSession {
    const { pollEveryMs, store, post } = this.#options;
    const session = new AttemptSession(record, dispatch, {
      store,
      post,
      work,
      queue: this.#queue,
      log: this.#options.log.child({ ...record.identity, traceId: readTraceId(record.traceparent) }),
      pollEveryMs: pollEveryMs ?? work.definition.pollEveryMs ?? defaultPollEveryMs,
      closing: this.#closing.signal,
      onOver: () => {
        if (this.#sessions.get(record.key) === session) this.#sessions.delete(record.key);
      },
    });
    this.#sessions.set(record.key, session);
    session.start();
    return session;
  }

  async #keepLeases(): Promise<void> {
    const { store } = this.#options;
    for (const key of await store.renew([...this.#sessions.keys()])) {
      this.#sessions.get(key)?.abandon('taken over');
    }
    if (!this.#isDraining) await this.#claimOrphans();
  }

  /** Takes up attempts whose instance is gone. */
  async #claimOrphans(): Promise<void> {
    const strange: string[] = [];
    let claimed: readonly AttemptRecord[];
    do {
      claimed = await this.#options.store.claimOrphans(orphansPerClaim);
      strange.push(...claimed.filter((record) => !this.#adopt(record)).map(({ key }) => key));
    } while (claimed.length === orphansPerClaim && !this.#isDraining);
    if (strange.length > 0) await this.#options.store.release(strange);
  }

  /** @returns false when this worker cannot do what the attempt asks for; the server will dispatch it again and learn why. */
  #adopt(record: AttemptRecord): boolean {
    const { log, catalogue } = this.#options;
    const { dispatch, key } = record;
    if (dispatch === undefined || this.#sessions.has(key)) return true;
    const preparation = prepareWork(catalogue, dispatch);
    if (!preparation.ok) {
      if (!this.#strange.has(key)) log.warn({ key, reason: preparation.detail }, 'left an attempt alone');
      this.#strange.add(key);
      return false;
    }
    log.info({ ...record.identity, state: record.state.kind }, 'took up an attempt');
    this.#open({ ...record, answersInline: false }, dispatch, preparation.work);
    return true;
  }
}
