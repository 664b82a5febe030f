import { WORKER_KEYS_LUA } from '../keys.ts';

/**
 * What the scripts of one worker app share. KEYS[1]: the app's hash. ARGV: '' for Redis TIME, or what a test gives;
 * the four limits of the directory; the rest in order.
 * Processes' clocks are never compared.
 */
export const WORKER_LUA = `
${WORKER_KEYS_LUA}
local call = redis.call
local taken = 0
local function take() taken = taken + 1; return ARGV[taken] end
local function takeNumber() return tonumber(take()) end
local time = call('TIME')
local NOW = takeNumber() or time[1] * 1000 + math.floor(time[2] / 1000)
local function asText(ms) return string.format('%.0f', ms) end
local FAULTS, FAULT_WINDOW_MS, PROBE_INTERVAL_MS, QUICK_MS = takeNumber(), takeNumber(), takeNumber(), takeNumber()
local BREAKER_KEPT_MS = 600000

local LIVE = { starting = true, ready = true, busy = true, suspect = true }
local function describe(id)
  local kept = call('HMGET', instanceKey(id), 'url', 'leaseMs', 'seenAt', 'heartbeats', 'withdrawnAt', 'drainedFrom')
  if not kept[1] then return { id = id, state = 'dead', isGone = true, heartbeats = 0, leaseEnd = 0, seenAt = 0, busy = 0 } end
  local leaseMs, seenAt, heartbeats = tonumber(kept[2]), tonumber(kept[3]), tonumber(kept[4] or '0')
  local busy = call('SCARD', busyKey(id))
  local state
  if NOW >= seenAt + leaseMs then state = 'dead'
  elseif kept[5] or kept[6] then state = 'draining'
  -- A whole heartbeat, a third of the lease, has been left out.
  elseif NOW - seenAt > leaseMs * 2 / 3 then state = 'suspect'
  elseif heartbeats == 0 then state = 'starting'
  else state = busy > 0 and 'busy' or 'ready' end
  return { id = id, url = kept[1], state = state, seenAt = seenAt, leaseEnd = seenAt + leaseMs,
    heartbeats = heartbeats, busy = busy,
    -- Nobody is there who could go on with what it has.
    isGone = state == 'dead' or kept[5] ~= false, drainedFrom = tonumber(kept[6] or '') }
end
local function liveInstances()
  local live, lastSeenAt, draining = {}, 0, 0
  for _, id in ipairs(call('SMEMBERS', INSTANCES)) do
    local instance = describe(id)
    if LIVE[instance.state] then live[#live + 1] = instance end
    if instance.state == 'draining' and not instance.isGone then draining = draining + 1 end
    if instance.seenAt > lastSeenAt then lastSeenAt = instance.seenAt end
  end
  return live, lastSeenAt, draining
end

-- Ms until a URL may be probed, 0 for now; nil when its breaker is closed.
local function msToProbe(url)
  local probedAt = call('HGET', breakerKey(url), 'probedAt')
  return probedAt and math.max(0, tonumber(probedAt) + PROBE_INTERVAL_MS - NOW) or nil
end
local function closeBreaker(url) call('DEL', breakerKey(url), breakerKey(url) .. ':faults') end
`;
