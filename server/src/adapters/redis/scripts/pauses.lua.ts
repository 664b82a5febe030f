import { WORKER_EVENTS_KEPT } from '../keys.ts';
import { defineScript } from '../store-client.ts';
import { MIGRATION_LUA } from './library.lua.ts';

/**
 * The event of a pause belongs to the migration, and to no migration where a worker app is paused. These are the only
 * scripts with keys of two slots, since a pause without its event, or the event alone, would be worse.
 */
const EVENT_LUA = `
local PAUSES, HELD, RELEASED, GLOBAL_EVENTS, SOURCES = KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local function logEvent(migrationId)
  if migrationId == '' then
    call('XADD', GLOBAL_EVENTS, 'MAXLEN', '~', ${WORKER_EVENTS_KEPT}, '*', 'e', take())
    return
  end
  call('SADD', SOURCES, migrationId)
  appendEvents(1)
  if isKnown() then touch() end
end
`;

/**
 * KEYS  definition (of any migration where a worker app is paused), hash of pauses, runs that this scope holds, runs that
 *       are released, events of no migration, set of migrations that have events
 * ARGV  scope, JSON of the pause, migration id or '', the event: its JSON, of a migration as appendEvent takes it
 * Returns 1 when it is new, and the JSON of the pause that holds: the first
 */
export const pauseScript = defineScript(
  'pause',
  MIGRATION_LUA,
  EVENT_LUA,
  `
local scope, pause, migrationId = take(), take(), take()
if call('HSETNX', PAUSES, scope, pause) == 0 then return { 0, call('HGET', PAUSES, scope) } end
logEvent(migrationId)
return { 1, pause }
`,
);

/**
 * Ends a pause and hands what it held to whoever wakes runs.
 * KEYS  as above
 * ARGV  scope, migration id or '', the event as above
 * Returns 1 when it was paused
 */
export const resumeScript = defineScript(
  'resume',
  MIGRATION_LUA,
  EVENT_LUA,
  `
local scope, migrationId = take(), take()
if call('HDEL', PAUSES, scope) == 0 then return 0 end
if call('EXISTS', HELD) == 1 then
  call('ZUNIONSTORE', RELEASED, 2, RELEASED, HELD, 'WEIGHTS', 1, 0, 'AGGREGATE', 'MIN')
  call('DEL', HELD)
end
logEvent(migrationId)
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

/**
 * Runs that are released are a ZSET; its score is when a run may be taken, 0 when nobody has taken it.
 */
const RELEASED_LUA = `
local RELEASED = KEYS[1]
local function nowMs(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`;

/**
 * KEYS  runs that are released
 * ARGV  time in ms or '' for that of Redis, limit, ms after which they may be taken again
 * Returns runs
 */
export const takeReleasedScript = defineScript(
  'take-released',
  RELEASED_LUA,
  `
local now = nowMs(ARGV[1])
local runs = redis.call('ZRANGEBYSCORE', RELEASED, '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[2])
for _, run in ipairs(runs) do redis.call('ZADD', RELEASED, string.format('%.0f', now + ARGV[3]), run) end
return runs
`,
);

/**
 * KEYS  runs that are released
 * ARGV  runs that were taken and are woken
 */
export const tellReleasedWokenScript = defineScript(
  'tell-released-woken',
  RELEASED_LUA,
  `
for _, run in ipairs(ARGV) do
  -- One that was held and released again since is to be woken once more.
  if tonumber(redis.call('ZSCORE', RELEASED, run) or '0') > 0 then redis.call('ZREM', RELEASED, run) end
end
`,
);
