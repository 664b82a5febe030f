import type { components } from '@loom/api';
import type { Logger } from 'pino';
import type { Operation } from '../step-context.ts';
import type { AttemptStore } from '../stores/attempt-store.ts';
import { pause } from '../timing.ts';
import { readTraceId } from '../trace-context.ts';
import { type AttemptRecord, nameAttempt, type StepDispatch } from './attempt-record.ts';
import { AttemptSession } from './attempt-session.ts';
import { type PendingAttempt, pendingAttemptOf } from './pending-attempt.ts';
import type { PostCallback } from './post-callback.ts';
import { type PreparedWork, prepareWork, type StepCatalogue } from './prepare-work.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

export interface HeldAttemptsOptions {
  readonly store: AttemptStore;
  readonly catalogue: StepCatalogue;
  readonly post: PostCallback;
  readonly log: Logger;
  readonly concurrency: number;
  readonly leaseMs: number;
  /** In place of what the steps say. */
  readonly pollEveryMs: number | undefined;
}

const defaultPollEveryMs = 5 * 60_000;
const orphansPerClaim = 100;

/** The open attempts that this instance holds: works on each, keeps its lease, and takes up what others left. */
export class HeldAttempts {
  readonly #options: HeldAttemptsOptions;
  readonly #queue: WorkQueue;
  readonly #sessions = new Map<string, AttemptSession>();
  readonly #closing = new AbortController();
  readonly #strange = new Set<string>();
  #isDraining = false;
  /** Whether it takes up what others left. */
  takesOrphans = true;
  #leaseTimer: NodeJS.Timeout | undefined;

  constructor(options: HeldAttemptsOptions) {
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

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  get busy(): readonly components['schemas']['BusyAttempt'][] {
    return [...this.#sessions.values()].map(({ record }) => nameAttempt(record));
  }

  get(key: string): AttemptSession | undefined {
    return this.#sessions.get(key);
  }

  open(record: AttemptRecord, dispatch: StepDispatch, work: PreparedWork, isTakenUp = false): AttemptSession {
    const { pollEveryMs, store, post } = this.#options;
    const session = new AttemptSession(record, dispatch, {
      store,
      post,
      work,
      queue: this.#queue,
      log: this.#options.log.child({ ...record.identity, traceId: readTraceId(record.traceparent) }),
      pollEveryMs: pollEveryMs ?? work.definition.pollEveryMs ?? defaultPollEveryMs,
      closing: this.#closing.signal,
      isTakenUp,
      onOver: () => {
        if (this.#sessions.get(record.key) === session) this.#sessions.delete(record.key);
      },
    });
    this.#sessions.set(record.key, session);
    session.start();
    return session;
  }

  /** Polls at once the pending attempts that the predicate picks, and records why with each. @returns how many. */
  wake(predicate: (attempt: PendingAttempt) => boolean, cause?: Operation): number {
    let woken = 0;
    for (const session of this.#sessions.values()) {
      const { record } = session;
      const pending = pendingAttemptOf(record);
      // What it will wait for is not known yet, and may be just what has happened.
      if (record.state.kind === 'accepted') session.wake();
      if (pending === undefined || !predicate(pending)) continue;
      session.wake(cause);
      woken += 1;
    }
    return woken;
  }

  /** Lets running handlers end for a while, then asks them to, reports what is finished and hands back the rest. */
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

  async #keepLeases(): Promise<void> {
    const { store } = this.#options;
    for (const key of await store.renew([...this.#sessions.keys()])) {
      this.#sessions.get(key)?.abandon('taken over');
    }
    if (!this.#isDraining && this.takesOrphans) await this.#claimOrphans();
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
    this.open({ ...record, answersInline: false }, dispatch, preparation.work, true);
    return true;
  }
}
