export { createProgress, type Progress, type ProgressOptions } from './create-progress.ts';
export type { Environment } from './environment.ts';
export { type FindRedisOptions, findRedis, type RedisSource } from './find-redis.ts';
export { type FindTemporalOptions, findTemporal } from './find-temporal.ts';
export { getFreePorts } from './free-port.ts';
export type { Log } from './log.ts';
export { MissingPartError } from './missing-part-error.ts';
export { ProcessStartError } from './process-start-error.ts';
export {
  type RunFrom,
  type RunningServer,
  type ServerOptions,
  startServer,
  startWorker,
  type WorkerOptions,
} from './start-loom.ts';
export { type ProcessExit, type ProcessOptions, type RunningProcess, startProcess } from './start-process.ts';
export { type RunningRedis, type StartRedisOptions, startRedis } from './start-redis.ts';
export {
  type RunningTemporal,
  type StartTemporalOptions,
  startTemporal,
  type TemporalDynamicConfig,
} from './start-temporal.ts';
export { stopOnSignal } from './stop-on-signal.ts';
