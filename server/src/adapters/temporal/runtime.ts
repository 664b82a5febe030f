import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

/** Once per process, before any connection: our logger, and no signal handlers of Temporal's own. */
export function installTemporalRuntime(logger: Logger): void {
  const write = ({ level, message, meta }: LogEntry): void => {
    const method =
      level === 'TRACE'
        ? 'trace'
        : level === 'DEBUG'
          ? 'debug'
          : level === 'INFO'
            ? 'info'
            : level === 'WARN'
              ? 'warn'
              : 'error';
    logger[method]({ temporal: meta }, message);
  };
  const runtime = Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', write),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
  });
  // What is forwarded waits in a heap, to be put in order, before its level is looked at: several lines a step would be
  // kept for nothing, whole activations among them.
  for (const level of ['trace', 'debug', 'info'] as const) runtime.logger[level] = () => undefined;
}
