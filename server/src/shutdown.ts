import closeWithGrace from 'close-with-grace';
import type { Logger } from './telemetry/logger.ts';

/** Something to close; the order of the list is the order of closing. */
export interface ShutdownPart {
  readonly name: string;
  readonly close: () => Promise<unknown>;
  /** After this the next part is closed, whether or not this one is. */
  readonly boundMs: number;
}

/** Closes each part within its own bound, and goes on when one fails or hangs. */
export async function closeInOrder(parts: readonly ShutdownPart[], logger: Logger): Promise<void> {
  for (const { name, close, boundMs } of parts) {
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), boundMs);
    });
    const closed = close().then(
      () => 'closed' as const,
      (err: unknown) => {
        logger.error({ err, part: name }, 'part failed to close');
        return 'failed' as const;
      },
    );
    const outcome = await Promise.race([closed, late]);
    clearTimeout(timer);
    logger.info({ part: name, outcome, ms: Math.round(performance.now() - startedAt) }, 'part closed');
  }
}

export interface ShutdownOptions {
  readonly logger: Logger;
  /** For everything; then the process ends, closed or not. */
  readonly boundMs: number;
  /** Readiness says so from now on. */
  readonly onBegin: () => void;
  readonly parts: readonly ShutdownPart[];
}

/** SIGTERM and SIGINT, and errors nobody caught, close everything in order. A second signal ends the process at once. */
export function shutDownOnSignal({ logger, boundMs, onBegin, parts }: ShutdownOptions): void {
  closeWithGrace(
    {
      delay: boundMs,
      logger: null,
      onSecondSignal: (signal) => logger.warn({ signal }, 'second signal, exiting at once'),
      onSecondError: (err) => logger.fatal({ err }, 'second error, exiting at once'),
      onTimeout: () => logger.error({ boundMs }, 'shutdown took too long, exiting'),
    },
    async ({ signal, err }) => {
      if (err === undefined) logger.info({ signal }, 'shutting down');
      else logger.fatal({ err }, 'shutting down after an error that nobody caught');
      onBegin();
      await closeInOrder(parts, logger);
      logger.info('shut down');
    },
  );
}
