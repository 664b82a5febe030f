import type { Delivery, DeliveryLog, DeliveryRecorder, Exchange } from '../application/ports/delivery-log.ts';
import type { NewId } from '../application/ports/system.ts';
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

/**
 * Keeps exchanges out of the way of what they are about: they are gathered, and written together in one go. Secrets are
 * taken out only then. What cannot be written is forgotten and counted, since all this is for diagnosis.
 */
export function createDeliveryRecorder(options: BufferedRecorderOptions): BufferedRecorder {
  const { log, newId, onDropped, flushMs = FLUSH_MS, maxBuffered = MAX_BUFFERED } = options;
  let buffer: Buffered[] = [];
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
      try {
        await log.append(batch.map(toDelivery));
      } catch (error) {
        onDropped(batch.length, error);
      }
    }
  }

  return {
    record: (exchange) => {
      const id = newId();
      if (isClosed || buffer.length >= maxBuffered) onDropped(1);
      else buffer.push({ id, exchange });
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

function toDelivery({ id, exchange }: Buffered): Delivery {
  const { request, answer, secretInputs, ...summary } = exchange;
  return {
    id,
    ...summary,
    request: redactMessage(request, secretInputs),
    ...(answer === undefined ? {} : { answer: redactMessage(answer, secretInputs) }),
  };
}
