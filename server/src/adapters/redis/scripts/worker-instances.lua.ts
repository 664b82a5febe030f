import { defineScript } from '../store-client.ts';
import { WORKER_LUA } from './worker-library.lua.ts';

/**
 * KEYS  app
 * ARGV  time, instance id, url, version or '', migration id, revision, lease in ms
 */
export const announceInstanceScript = defineScript(
  'announce-instance',
  WORKER_LUA,
  `
local FORGET_DEAD_MS = 3600000
local id, url, version, migrationId, revision, leaseMs = take(), take(), take(), take(), take(), take()
local was = describe(id)
-- A process that has just come up is good evidence that its address answers again.
if was.url ~= url or was.isGone then closeBreaker(url) end
call('HSET', instanceKey(id), 'url', url, 'version', version, 'leaseMs', leaseMs, 'seenAt', asText(NOW), 'r:' .. migrationId, revision)
call('HDEL', instanceKey(id), 'withdrawnAt')
call('SADD', INSTANCES, id)
call('SADD', W .. ':migrations', migrationId)
call('HSET', APP, 'v', 1)
for _, other in ipairs(call('SMEMBERS', INSTANCES)) do
  local instance = describe(other)
  if instance.state == 'dead' and NOW - instance.leaseEnd > FORGET_DEAD_MS then
    call('DEL', instanceKey(other), busyKey(other), notesKey(other))
    call('SREM', INSTANCES, other)
  end
end
`,
);

/**
 * KEYS  app
 * ARGV  time, instance id, lease in ms, n idempotency keys it is busy with
 * Returns 0 when the instance is not known or has withdrawn, 2 when it drains
 */
export const heartbeatScript = defineScript(
  'heartbeat',
  WORKER_LUA,
  `
local id, leaseMs = take(), take()
local kept = call('HMGET', instanceKey(id), 'url', 'withdrawnAt', 'drainedFrom')
if not kept[1] or kept[2] then return 0 end
call('HSET', instanceKey(id), 'seenAt', asText(NOW), 'leaseMs', leaseMs)
call('HINCRBY', instanceKey(id), 'heartbeats', 1)
call('DEL', busyKey(id))
local keys = {}
for _ = 1, takeNumber() do
  keys[#keys + 1] = take()
  if #keys == 1000 then
    call('SADD', busyKey(id), unpack(keys))
    keys = {}
  end
end
if #keys > 0 then call('SADD', busyKey(id), unpack(keys)) end
return kept[3] and 2 or 1
`,
);

/**
 * KEYS  app
 * ARGV  time, instance id
 */
export const withdrawScript = defineScript(
  'withdraw',
  WORKER_LUA,
  `
local id = take()
if call('EXISTS', instanceKey(id)) == 1 then
  call('HSET', instanceKey(id), 'withdrawnAt', asText(NOW))
  call('HDEL', instanceKey(id), 'drain', 'drainedFrom')
end
`,
);

/**
 * KEYS  app
 * ARGV  time
 * Returns parked runs, {migration id, ...}, then for each instance:
 *         id, url, state, lease end in ms, attempts it is busy with, {field, value, ...}, attempts it accepted,
 *         ms that it drains or '', {note, value, ...}, {dial note, value, ...}
 */
export const describeAppScript = defineScript(
  'describe-app',
  WORKER_LUA,
  `
local answer = { call('ZCARD', PARKED), call('SMEMBERS', W .. ':migrations') }
for _, id in ipairs(call('SMEMBERS', INSTANCES)) do
  local instance = describe(id)
  for _, value in ipairs({ id, instance.url or '', instance.state, asText(instance.leaseEnd), instance.busy, call('HGETALL', instanceKey(id)),
    call('SCARD', acceptedByKey(id)), instance.drainedFrom and asText(NOW - instance.drainedFrom) or '',
    call('HGETALL', notesKey(id)), call('HGETALL', dialNotesKey(instance.url or '')) }) do
    answer[#answer + 1] = value
  end
end
return answer
`,
);
