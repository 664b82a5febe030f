import type {
  Delivery,
  DeliveryLog,
  DeliveryRecorder,
  DeliverySummary,
  Exchange,
  RawMessage,
} from '../application/ports/delivery-log.ts';
import type { NewId } from '../application/ports/system.ts';
import { hideIn, hideToken, tokenOf } from './hide-token.ts';
import { redactMessage } from './redact-message.ts';

export interface BufferedRecorder extends DeliveryRecorder {
  /** Writes what is left; what is recorded afterwards is forgotten. */
  close(): Promise<void>;
}

export interface BufferedRecorderOptions {
  readonly log: Pick<DeliveryLog, 'append'>;
  readonly newId: NewId;
  /** Told how many were given up, because there were too many or the store was away. */
  readonly onDropped: (count: number, error?: unknown) => void;
  /** The worker app of a callback, which does not say it itself. */
  readonly nameWorker?: (about: Omit<DeliverySummary, 'id'>) => Promise<string | undefined>;
  readonly flushMs?: number;
  readonly maxBuffered?: number;
}

interface Buffered {
  readonly id: string;
  readonly exchange: Exchange;
}

const FLUSH_MS = 200;
const MAX_BUFFERED = 1_000;
/** So many are made ready at once, so that the event loop is not held up. */
const BATCH = 50;
/** Of all bodies in the buffer. */
const MAX_BUFFERED_CHARACTERS = 32 * 1024 * 1024;

/**
 * Keeps exchanges out of the way of what they are about: they are gathered, and written together in one go. Secrets are
 * taken out only then. What cannot be written is forgotten and counted, since all this is for diagnosis.
 */
export function createDeliveryRecorder(options: BufferedRecorderOptions): BufferedRecorder {
  const { log, newId, onDropped, nameWorker, flushMs = FLUSH_MS, maxBuffered = MAX_BUFFERED } = options;
  let buffer: Buffered[] = [];
  let characters = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let isClosed = false;

  const schedule = (): void => {
    if (timer !== undefined || writing !== undefined || buffer.length === 0 || isClosed) return;
    timer = setTimeout(() => {
      timer = undefined;
      writing = write().finally(() => {
        writing = undefined;
        schedule();
      });
    }, flushMs);
    timer.unref();
  };

  async function write(): Promise<void> {
    while (buffer.length > 0) {
      const batch = buffer.slice(0, BATCH);
      buffer = buffer.slice(BATCH);
      for (const { exchange } of batch) characters -= lengthOf(exchange);
      try {
        await log.append(await Promise.all(batch.map(toDelivery)));
      } catch (error) {
        onDropped(batch.length, error);
      }
    }
  }

  async function toDelivery({ id, exchange }: Buffered): Promise<Delivery> {
    const { request, answer, secretInputs, ...summary } = exchange;
    const workerApp = (await nameWorker?.(summary)) ?? summary.workerApp;
    const token = tokenOf(request);
    const clean = (message: RawMessage) => hideToken(redactMessage(message, secretInputs), token);
    return {
      id,
      ...summary,
      ...(summary.detail === undefined ? {} : { detail: hideIn(summary.detail, token) }),
      ...(workerApp === undefined ? {} : { workerApp }),
      request: clean(request),
      ...(answer === undefined ? {} : { answer: clean(answer) }),
    };
  }

  return {
    record: (exchange) => {
      const id = newId();
      const length = lengthOf(exchange);
      if (isClosed || buffer.length >= maxBuffered || characters + length > MAX_BUFFERED_CHARACTERS) {
        onDropped(1);
        return id;
      }
      characters += length;
      buffer.push({ id, exchange });
      schedule();
      return id;
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await writing;
      await write();
    },
  };
}

function lengthOf({ request, answer }: Exchange): number {
  return [request, answer].reduce(
    (sum, message) => sum + (typeof message?.body === 'string' ? message.body.length : (message?.bytes ?? 0)),
    0,
  );
}
