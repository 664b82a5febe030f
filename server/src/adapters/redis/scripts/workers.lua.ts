import { WORKER_KEYS_LUA } from '../keys.ts';
import { defineScript } from '../store-client.ts';

/**
 * What the scripts of one worker app share. KEYS[1]: the app's hash. ARGV[1]: '' for Redis TIME, or what a test gives; the rest in order.
 * Processes' clocks are never compared.
 */
const WORKER_LUA = `
${WORKER_KEYS_LUA}
local call = redis.call
local taken = 0
local function take() taken = taken + 1; return ARGV[taken] end
local function takeNumber() return tonumber(take()) end
local time = call('TIME')
local NOW = takeNumber() or time[1] * 1000 + math.floor(time[2] / 1000)
local function asText(ms) return string.format('%.0f', ms) end
local PROBE_INTERVAL_MS, FAULTS, FAULT_WINDOW_MS, BREAKER_KEPT_MS = 5000, 3, 30000, 600000

local LIVE = { starting = true, ready = true, busy = true, suspect = true }
local function describe(id)
  local kept = call('HMGET', instanceKey(id), 'url', 'leaseMs', 'seenAt', 'heartbeats', 'withdrawnAt')
  if not kept[1] then return { id = id, state = 'dead', heartbeats = 0, leaseEnd = 0, seenAt = 0, busy = 0 } end
  local leaseMs, seenAt, heartbeats = tonumber(kept[2]), tonumber(kept[3]), tonumber(kept[4] or '0')
  local busy = call('SCARD', busyKey(id))
  local state
  if NOW >= seenAt + leaseMs then state = 'dead'
  elseif kept[5] then state = 'draining'
  -- A whole heartbeat, a third of the lease, has been left out.
  elseif NOW - seenAt > leaseMs * 2 / 3 then state = 'suspect'
  elseif heartbeats == 0 then state = 'starting'
  else state = busy > 0 and 'busy' or 'ready' end
  return { id = id, url = kept[1], state = state, seenAt = seenAt, leaseEnd = seenAt + leaseMs,
    heartbeats = heartbeats, busy = busy }
end
local function liveInstances()
  local live, lastSeenAt = {}, 0
  for _, id in ipairs(call('SMEMBERS', INSTANCES)) do
    local instance = describe(id)
    if LIVE[instance.state] then live[#live + 1] = instance end
    if instance.seenAt > lastSeenAt then lastSeenAt = instance.seenAt end
  end
  return live, lastSeenAt
end

-- Ms until a URL may be probed, 0 for now; nil when its breaker is closed.
local function msToProbe(url)
  local probedAt = call('HGET', breakerKey(url), 'probedAt')
  return probedAt and math.max(0, tonumber(probedAt) + PROBE_INTERVAL_MS - NOW) or nil
end
local function closeBreaker(url) call('DEL', breakerKey(url), breakerKey(url) .. ':faults') end
`;

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
if was.url ~= url or not LIVE[was.state] then closeBreaker(url) end
call('HSET', instanceKey(id), 'url', url, 'version', version, 'leaseMs', leaseMs, 'seenAt', asText(NOW), 'r:' .. migrationId, revision)
call('HDEL', instanceKey(id), 'withdrawnAt')
call('SADD', INSTANCES, id)
call('SADD', W .. ':migrations', migrationId)
call('HSET', APP, 'v', 1)
for _, other in ipairs(call('SMEMBERS', INSTANCES)) do
  local instance = describe(other)
  if instance.state == 'dead' and NOW - instance.leaseEnd > FORGET_DEAD_MS then
    call('DEL', instanceKey(other), busyKey(other))
    call('SREM', INSTANCES, other)
  end
end
`,
);

/**
 * KEYS  app
 * ARGV  time, instance id, lease in ms, n idempotency keys it is busy with
 * Returns 0 when the instance is not known or has withdrawn
 */
export const heartbeatScript = defineScript(
  'heartbeat',
  WORKER_LUA,
  `
local id, leaseMs = take(), take()
local kept = call('HMGET', instanceKey(id), 'url', 'withdrawnAt')
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
return 1
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
if call('EXISTS', instanceKey(id)) == 1 then call('HSET', instanceKey(id), 'withdrawnAt', asText(NOW)) end
`,
);

/**
 * KEYS  app
 * ARGV  time
 * Returns parked runs, {migration id, ...}, then for each instance:
 *         id, url, state, lease end in ms, attempts it is busy with, {field, value, ...}
 */
export const describeAppScript = defineScript(
  'describe-app',
  WORKER_LUA,
  `
local answer = { call('ZCARD', PARKED), call('SMEMBERS', W .. ':migrations') }
for _, id in ipairs(call('SMEMBERS', INSTANCES)) do
  local instance = describe(id)
  for _, value in ipairs({ id, instance.url or '', instance.state, asText(instance.leaseEnd), instance.busy, call('HGETALL', instanceKey(id)) }) do
    answer[#answer + 1] = value
  end
end
return answer
`,
);

/**
 * Picks the instance for a dial.
 * KEYS  app
 * ARGV  time, revision, instance to avoid or ''
 * Returns {'instance', 1 for a probe, id, url, state, lease end in ms, busy, {field, value, ...}},
 *         {'dead', last seen in ms or 0} or {'open', ms until the next probe}
 */
export const resolveScript = defineScript(
  'resolve',
  WORKER_LUA,
  `
local revision, avoid = take(), take()
local live, lastSeenAt = liveInstances()
if #live == 0 then return { 'dead', lastSeenAt } end
local function hasRevision(id)
  local fields = call('HGETALL', instanceKey(id))
  for index = 1, #fields, 2 do
    if string.sub(fields[index], 1, 2) == 'r:' and fields[index + 1] == revision then return true end
  end
  return false
end
for _, instance in ipairs(live) do
  -- What it accepted counts before its next heartbeat tells.
  local load = math.max(instance.busy, call('SCARD', acceptedByKey(instance.id)))
  instance.order = { instance.id == avoid and 1 or 0, hasRevision(instance.id) and 0 or 1, instance.state == 'suspect' and 1 or 0, load }
end
table.sort(live, function(a, b)
  for index = 1, #a.order do
    if a.order[index] ~= b.order[index] then return a.order[index] < b.order[index] end
  end
  return false
end)
local function answer(instance, isProbe)
  return { 'instance', isProbe, instance.id, instance.url, instance.state, asText(instance.leaseEnd), instance.busy,
    call('HGETALL', instanceKey(instance.id)) }
end
local soonest
for _, instance in ipairs(live) do
  local wait = msToProbe(instance.url)
  if not wait then return answer(instance, 0) end
  if not soonest or wait < soonest then soonest = wait end
end
if soonest > 0 then return { 'open', soonest } end
for _, instance in ipairs(live) do
  if msToProbe(instance.url) == 0 then
    call('HSET', breakerKey(instance.url), 'probedAt', asText(NOW))
    return answer(instance, 1)
  end
end
`,
);

/**
 * KEYS  app
 * ARGV  time, url, 1 when the dial was answered
 */
export const recordDialScript = defineScript(
  'record-dial',
  WORKER_LUA,
  `
local url, isAnswered = take(), take() == '1'
if isAnswered then
  closeBreaker(url)
  return
end
local breaker = breakerKey(url)
local faults = breaker .. ':faults'
call('LPUSH', faults, asText(NOW))
call('LTRIM', faults, 0, FAULTS - 1)
call('PEXPIRE', faults, BREAKER_KEPT_MS)
local oldest = call('LINDEX', faults, FAULTS - 1)
if oldest and NOW - tonumber(oldest) <= FAULT_WINDOW_MS then call('HSETNX', breaker, 'probedAt', asText(NOW)) end
if call('EXISTS', breaker) == 1 then call('PEXPIRE', breaker, BREAKER_KEPT_MS) end
`,
);

/**
 * KEYS  app
 * ARGV  time, run
 */
export const parkScript = defineScript('park', WORKER_LUA, `call('ZADD', PARKED, 'NX', asText(NOW), take())`);

/**
 * KEYS  app
 * ARGV  time, run
 */
export const unparkScript = defineScript('unpark', WORKER_LUA, `call('ZREM', PARKED, take())`);

/**
 * Takes parked runs, the longest waiting first, when the app can be dialled.
 * KEYS  app
 * ARGV  time, limit
 * Returns runs
 */
export const takeParkedScript = defineScript(
  'take-parked',
  WORKER_LUA,
  `
local limit = takeNumber()
local live = liveInstances()
if #live == 0 then return {} end
local soonest
for _, instance in ipairs(live) do
  local wait = msToProbe(instance.url)
  if not wait then soonest = nil; break end
  if not soonest or wait < soonest then soonest = wait end
end
if soonest then
  local wokenAt = tonumber(call('HGET', APP, 'wokenAt') or '0')
  if soonest > 0 or NOW - wokenAt < PROBE_INTERVAL_MS then return {} end
  limit = math.min(limit, 1)
  call('HSET', APP, 'wokenAt', asText(NOW))
end
local runs = {}
local popped = call('ZPOPMIN', PARKED, limit)
for index = 1, #popped, 2 do runs[#runs + 1] = popped[index] end
return runs
`,
);

/**
 * Remembers who accepted an attempt, and how many heartbeats it had sent by then.
 * KEYS  app
 * ARGV  time, instance id, idempotency key, attempt JSON
 */
export const acceptScript = defineScript(
  'accept',
  WORKER_LUA,
  `
local id, key, json = take(), take(), take()
local before = call('HGET', ACCEPTED, key .. '|by')
if before and before ~= id then call('SREM', acceptedByKey(before), key) end
call('HSET', ACCEPTED, key .. '|by', id, key .. '|json', json, key .. '|heartbeats', describe(id).heartbeats, key .. '|takenAt', 0)
call('SADD', acceptedByKey(id), key)
call('SADD', HOLDERS, id)
`,
);

/**
 * KEYS  app
 * ARGV  time, idempotency key
 */
export const settleScript = defineScript(
  'settle',
  WORKER_LUA,
  `
local key = take()
local by = call('HGET', ACCEPTED, key .. '|by')
if not by then return end
call('HDEL', ACCEPTED, key .. '|by', key .. '|json', key .. '|heartbeats', key .. '|takenAt')
call('SREM', acceptedByKey(by), key)
if call('EXISTS', acceptedByKey(by)) == 0 then call('SREM', HOLDERS, by) end
`,
);

/**
 * Accepted attempts that nobody works on any more.
 * KEYS  app
 * ARGV  time, limit, ms before one is given again
 * Returns attempts as JSON
 *
 * The first heartbeat that arrives after an acceptance may have begun before it; the second has not.
 */
export const takeAbandonedScript = defineScript(
  'take-abandoned',
  WORKER_LUA,
  `
local limit, againAfterMs = takeNumber(), takeNumber()
local abandoned = {}
for _, id in ipairs(call('SMEMBERS', HOLDERS)) do
  local instance = describe(id)
  local isGone = not LIVE[instance.state]
  local keys = isGone and call('SMEMBERS', acceptedByKey(id)) or call('SDIFF', acceptedByKey(id), busyKey(id))
  for _, key in ipairs(keys) do
    if #abandoned == limit then return abandoned end
    local kept = call('HMGET', ACCEPTED, key .. '|json', key .. '|heartbeats', key .. '|takenAt')
    local isForgotten = isGone or instance.heartbeats >= tonumber(kept[2]) + 2
    local takenAt = tonumber(kept[3])
    if isForgotten and (takenAt == 0 or NOW - takenAt >= againAfterMs) then
      call('HSET', ACCEPTED, key .. '|takenAt', asText(NOW))
      abandoned[#abandoned + 1] = kept[1]
    end
  end
end
return abandoned
`,
);
