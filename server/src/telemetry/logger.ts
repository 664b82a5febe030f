import { type DestinationStream, type Logger, pino } from 'pino';
import { redact } from './redact.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: string;
  /** On every line. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /** Standard output when not given. */
  readonly destination?: DestinationStream | undefined;
}

/** JSON lines; messages are constants and facts are fields, each without credentials. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: options.fields ?? {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields) as Record<string, unknown>,
      },
      // `log` above has made it plain already.
      serializers: { err: (err: unknown) => err },
    },
    // Written at once, so that the last lines before an exit are there and in their order.
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
