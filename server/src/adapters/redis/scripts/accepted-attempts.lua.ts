import { defineScript } from '../store-client.ts';
import { WORKER_LUA } from './worker-library.lua.ts';

const SETTLE_LUA = `
local function settle(key, run)
  if run ~= '' then
    call('ZREM', WOKEN, run)
    call('ZREM', PARKED, run)
  end
  local by = call('HGET', ACCEPTED, key .. '|by')
  if not by then return end
  call('HDEL', ACCEPTED, key .. '|by', key .. '|json', key .. '|heartbeats', key .. '|takenAt', key .. '|at', key .. '|quick', key .. '|run')
  call('SREM', acceptedByKey(by), key)
  if call('EXISTS', acceptedByKey(by)) == 0 then call('SREM', HOLDERS, by) end
end
`;

/**
 * Remembers who accepted an attempt, how many heartbeats it had sent by then, and how many acceptances in a row came soon
 * after the one before.
 * KEYS  app
 * ARGV  time, instance id, its url, idempotency key, attempt JSON, its run as it is parked,
 *       idempotency key of an attempt of the run that has ended, or ''
 */
export const acceptScript = defineScript(
  'accept',
  WORKER_LUA,
  SETTLE_LUA,
  `
local id, url, key, json, run, ended = take(), take(), take(), take(), take(), take()
if ended ~= '' then settle(ended, run) end
closeBreaker(url)
local before, at, quick = unpack(call('HMGET', ACCEPTED, key .. '|by', key .. '|at', key .. '|quick'))
local isQuick = at and NOW - tonumber(at) < QUICK_MS
if before and before ~= id then call('SREM', acceptedByKey(before), key) end
call('HSET', ACCEPTED, key .. '|by', id, key .. '|at', asText(NOW), key .. '|quick', asText(isQuick and (quick or 0) + 1 or 1),
  key .. '|json', json, key .. '|heartbeats', describe(id).heartbeats, key .. '|takenAt', '0', key .. '|run', run)
call('SADD', acceptedByKey(id), key)
call('SADD', HOLDERS, id)
`,
);

/**
 * KEYS  app
 * ARGV  time, idempotency key, run that is parked no more or ''
 */
export const settleScript = defineScript('settle', WORKER_LUA, SETTLE_LUA, 'settle(take(), take())');

/**
 * Accepted attempts that nobody works on any more.
 * KEYS  app
 * ARGV  time, limit, ms before one is given again
 * Returns {attempt as JSON, its quick acceptances, ...}
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
  local isGone = instance.isGone
  local keys = isGone and call('SMEMBERS', acceptedByKey(id)) or call('SDIFF', acceptedByKey(id), busyKey(id))
  for _, key in ipairs(keys) do
    if #abandoned == limit * 2 then return abandoned end
    local kept = call('HMGET', ACCEPTED, key .. '|json', key .. '|heartbeats', key .. '|takenAt', key .. '|quick', key .. '|run')
    -- A run that waits for the app dials it by itself.
    local isParked = kept[5] and call('ZSCORE', PARKED, kept[5])
    local isForgotten = isGone or instance.heartbeats >= tonumber(kept[2]) + 2
    local takenAt = tonumber(kept[3])
    if isForgotten and not isParked and (takenAt == 0 or NOW - takenAt >= againAfterMs) then
      call('HSET', ACCEPTED, key .. '|takenAt', asText(NOW))
      abandoned[#abandoned + 1] = kept[1]
      abandoned[#abandoned + 1] = kept[4] or '1'
    end
  end
end
return abandoned
`,
);

/**
 * KEYS  app
 * ARGV  time, instance id or '' for all
 * Returns {idempotency key, when it was accepted in ms, ...} of every attempt that has not ended
 */
export const listAcceptedScript = defineScript(
  'list-accepted',
  WORKER_LUA,
  `
local wanted = take()
local all = {}
for _, id in ipairs(wanted == '' and call('SMEMBERS', HOLDERS) or { wanted }) do
  for _, key in ipairs(call('SMEMBERS', acceptedByKey(id))) do
    all[#all + 1] = key
    all[#all + 1] = call('HGET', ACCEPTED, key .. '|at') or '0'
  end
end
return all
`,
);

/**
 * KEYS  app
 * ARGV  time, n idempotency keys
 * Returns {attempt as JSON or '', ...}
 */
export const describeAcceptedScript = defineScript(
  'describe-accepted',
  WORKER_LUA,
  `
local found = {}
for index = 1, takeNumber() do found[index] = call('HGET', ACCEPTED, take() .. '|json') or '' end
return found
`,
);
