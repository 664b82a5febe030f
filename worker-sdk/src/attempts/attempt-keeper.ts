import type { Logger } from 'pino';
import type { AttemptStore } from '../stores/attempt-store.ts';
import { pause, retryDelayMs } from '../timing.ts';
import {
  type AttemptRecord,
  type AttemptState,
  closeRecord,
  isOpen,
  nameAttempt,
  type RecordedOperation,
  type StepDispatch,
} from './attempt-record.ts';

export interface AttemptKeeperOptions {
  readonly store: AttemptStore;
  readonly log: Logger;
  /** Aborted when the process ends: what could not be saved by then is left as it was. */
  readonly closing: AbortSignal;
}

/** Holds the record of an attempt, in memory and in the store. */
export class AttemptKeeper {
  #record: AttemptRecord;
  readonly #options: AttemptKeeperOptions;

  constructor(record: AttemptRecord, options: AttemptKeeperOptions) {
    this.#record = record;
    this.#options = options;
  }

  get record(): AttemptRecord {
    return this.#record;
  }

  /** The server dispatched it again, perhaps with another address. Stored with the next save. */
  changeDelivery({ callbackUrl, callbackToken }: StepDispatch, traceparent: string | undefined): void {
    const trace = traceparent === undefined ? {} : { traceparent };
    this.#record = { ...this.#record, callbackUrl, callbackToken, ...trace };
  }

  /** Its result goes into a callback. Stored with the next save. */
  answerByCallback(): void {
    this.#record = { ...this.#record, answersInline: false };
  }

  /**
   * Writes the new state, however long the store is away.
   *
   * @returns false when this instance does not hold the attempt any more, or the process ends.
   */
  async save(state: AttemptState, operations: readonly RecordedOperation[]): Promise<boolean> {
    const changed = { ...this.#record, operations, state };
    this.#record = isOpen(changed) ? changed : closeRecord(changed, state);
    return this.#write((store) => store.save(this.#record));
  }

  /** Ends the attempt and refuses it from now on, in one move: nobody may take up what is over. */
  async refuse(): Promise<void> {
    await this.#write((store) => store.cancel(nameAttempt(this.#record)));
  }

  /** @returns what the store says, or false when the process ended before. */
  async #write(move: (store: AttemptStore) => Promise<boolean>): Promise<boolean> {
    const { store, log, closing } = this.#options;
    for (let repetition = 0; !closing.aborted; repetition += 1) {
      try {
        return await move(store);
      } catch (error) {
        log.error({ err: error }, 'the attempt could not be saved and is saved again');
        await pause(retryDelayMs(repetition), closing);
      }
    }
    return false;
  }
}
