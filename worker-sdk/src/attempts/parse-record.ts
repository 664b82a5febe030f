import type { Logger } from 'pino';
import { z } from 'zod';
import type { AttemptRecord } from './attempt-record.ts';

/** A stored record cannot be read by this version of the worker. */
export class UnreadableRecordError extends Error {
  constructor(why: string) {
    super(`A stored attempt cannot be read: ${why}`);
    this.name = 'UnreadableRecordError';
  }
}

const envelope = z.looseObject({
  v: z.literal(1),
  key: z.string(),
  identity: z.looseObject({}),
  state: z.looseObject({}),
});

/**
 * Reads a record that this SDK has written. Only its version is checked: nobody else writes there.
 *
 * @throws UnreadableRecordError for anything else, such as the record of a newer version.
 */
export function parseRecord(text: string): AttemptRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnreadableRecordError(error instanceof Error ? error.message : String(error));
  }
  const parsed = envelope.safeParse(value);
  if (!parsed.success) throw new UnreadableRecordError(z.prettifyError(parsed.error));
  return parsed.data as unknown as AttemptRecord;
}

/** The records that can be read; the others are logged and left where they are. */
export function parseRecords(stored: readonly string[], log: Logger): readonly AttemptRecord[] {
  return stored.flatMap((text) => {
    try {
      return [parseRecord(text)];
    } catch (error) {
      log.error({ err: error }, 'left a stored attempt alone');
      return [];
    }
  });
}
