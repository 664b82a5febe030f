import { defineScript } from '../store-client.ts';

/**
 * KEYS  hash of pauses
 * ARGV  scope, JSON of the pause
 * Returns 1 when it is new, and the JSON of the pause that holds: the first
 */
export const pauseScript = defineScript(
  'pause',
  `
return { redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]), redis.call('HGET', KEYS[1], ARGV[1]) }
`,
);

/**
 * Ends a pause and hands what it held to whoever wakes runs.
 * KEYS  hash of pauses, runs that this scope holds, runs that are released
 * ARGV  scope
 * Returns 1 when it was paused
 */
export const resumeScript = defineScript(
  'resume',
  `
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('SUNIONSTORE', KEYS[3], KEYS[2], KEYS[3])
  redis.call('DEL', KEYS[2])
end
return 1
`,
);

/**
 * KEYS  hash of pauses, runs that this scope holds
 * ARGV  scope, run
 * Returns 1 when the run is held, 0 when the scope is not paused any more
 */
export const holdScript = defineScript(
  'hold',
  `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('SADD', KEYS[2], ARGV[2])
return 1
`,
);
