import { defineScript } from '../store-client.ts';
import { WORKER_LUA } from './worker-library.lua.ts';

/**
 * Picks the instance for a dial.
 * KEYS  app
 * ARGV  time, revision, instance to avoid or ''
 * Returns {'instance', 1 for a probe, id, url, state, lease end in ms, busy, {field, value, ...}},
 *         {'dead', last seen in ms or 0}, {'draining', how many} or {'open', ms until the next probe}
 */
export const resolveScript = defineScript(
  'resolve',
  WORKER_LUA,
  `
local revision, avoid = take(), take()
local live, lastSeenAt, draining = liveInstances()
if #live == 0 and draining > 0 then return { 'draining', draining } end
if #live == 0 then return { 'dead', lastSeenAt } end
local function hasRevision(id)
  local fields = call('HGETALL', instanceKey(id))
  for index = 1, #fields, 2 do
    if string.sub(fields[index], 1, 2) == 'r:' and fields[index + 1] == revision then return true end
  end
  return false
end
-- One needs no order, and Redis then has nothing to write.
local isChoice = #live > 1
for _, instance in ipairs(isChoice and live or {}) do
  -- What it accepted counts before its next heartbeat tells.
  local load = math.max(instance.busy, call('SCARD', acceptedByKey(instance.id)))
  instance.order = { instance.id == avoid and 1 or 0, hasRevision(instance.id) and 0 or 1, instance.state == 'suspect' and 1 or 0, load,
    -- Between equals in turn: of many dispatches at once the load tells only afterwards.
    tonumber(call('HGET', instanceKey(instance.id), 'pick') or '0') }
end
table.sort(live, function(a, b)
  for index = 1, #a.order do
    if a.order[index] ~= b.order[index] then return a.order[index] < b.order[index] end
  end
  return false
end)
local function answer(instance, isProbe)
  if isChoice then call('HSET', instanceKey(instance.id), 'pick', call('HINCRBY', APP, 'picks', 1)) end
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
 * ARGV  time, url
 */
export const giveBackProbeScript = defineScript(
  'give-back-probe',
  WORKER_LUA,
  `
local breaker = breakerKey(take())
if call('HEXISTS', breaker, 'probedAt') == 1 then call('HSET', breaker, 'probedAt', asText(NOW - PROBE_INTERVAL_MS)) end
`,
);

/**
 * KEYS  app
 * ARGV  time, run
 */
export const parkScript = defineScript(
  'park',
  WORKER_LUA,
  `
local run = take()
call('ZREM', WOKEN, run)
call('ZADD', PARKED, 'NX', asText(NOW), run)
`,
);

/**
 * KEYS  app
 * ARGV  time, run
 */
export const unparkScript = defineScript(
  'unpark',
  WORKER_LUA,
  `
local run = take()
call('ZREM', WOKEN, run)
call('ZREM', PARKED, run)
`,
);

/**
 * KEYS  app
 * ARGV  time, run that was taken and is told
 */
export const tellWokenScript = defineScript('tell-woken', WORKER_LUA, `call('ZREM', WOKEN, take())`);

/**
 * Takes parked runs, the longest waiting first, when the app can be dialled; before them those that were taken and are
 * not known to have been woken.
 * KEYS  app
 * ARGV  time, limit, how long ago those were taken
 * Returns runs
 */
export const takeParkedScript = defineScript(
  'take-parked',
  WORKER_LUA,
  `
local limit, againAfterMs = takeNumber(), takeNumber()
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
local runs = call('ZRANGEBYSCORE', WOKEN, '-inf', asText(NOW - againAfterMs), 'LIMIT', 0, limit)
local popped = call('ZPOPMIN', PARKED, limit - #runs)
for index = 1, #popped, 2 do runs[#runs + 1] = popped[index] end
for _, run in ipairs(runs) do call('ZADD', WOKEN, asText(NOW), run) end
return runs
`,
);
