import { defineScript } from '../store-client.ts';

/**
 * A key is a HASH (holder, named, namedMs, seq, r|<idempotency key> with the run of who has it or waits, and
 * m|<idempotency key> of who was named and did not come) and a ZSET of those who wait, in the order in which they came. KEYS[1] is the hash, KEYS[2] the ZSET, KEYS[3] the
 * SET of keys that have either, KEYS[4] the SET of those that nobody has and some wait for.
 */
const LIBRARY = `
local call = redis.call
local KEY, QUEUE, ALL, FREE = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local function nowMs(given)
  if given ~= '' then return tonumber(given) end
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function first() return call('ZRANGE', QUEUE, 0, 0)[1] end
local function enqueue(id) call('ZADD', QUEUE, call('HINCRBY', KEY, 'seq', 1), id) end
local function forget(id)
  call('ZREM', QUEUE, id)
  call('HDEL', KEY, 'r|' .. id, 'm|' .. id)
end
local function noteFree(name)
  if first() and call('HEXISTS', KEY, 'holder') == 0 then call('SADD', FREE, name) else call('SREM', FREE, name) end
end
local function forgetUnused(name)
  if call('HEXISTS', KEY, 'holder') == 1 or first() then return false end
  call('DEL', KEY)
  call('SREM', ALL, name)
  call('SREM', FREE, name)
  return true
end
local function nameFirst(now)
  local id = first()
  if not id then return false end
  call('HSET', KEY, 'named', id, 'namedMs', string.format('%.0f', now))
  return call('HGET', KEY, 'r|' .. id)
end
`;

/**
 * ARGV  idempotency key, run as JSON, name of the key
 * Returns -1 when it has the key, else how many are ahead
 */
export const acquireKeyScript = defineScript(
  'acquire-key',
  LIBRARY,
  `
local id, run, name = ARGV[1], ARGV[2], ARGV[3]
local holder = call('HGET', KEY, 'holder')
if holder == id then return -1 end
local next = first()
call('SADD', ALL, name)
call('HSET', KEY, 'r|' .. id, run)
call('HDEL', KEY, 'm|' .. id)
if not holder and (not next or next == id) then
  call('ZREM', QUEUE, id)
  call('HSET', KEY, 'holder', id)
  noteFree(name)
  return -1
end
if not call('ZSCORE', QUEUE, id) then enqueue(id) end
noteFree(name)
return call('ZRANK', QUEUE, id) + (holder and 1 or 0)
`,
);

/**
 * ARGV  idempotency key, time in ms or '' for that of Redis, name of the key
 * Returns the run that is next, or nil
 */
export const releaseKeyScript = defineScript(
  'release-key',
  LIBRARY,
  `
local id = ARGV[1]
forget(id)
local had = call('HGET', KEY, 'holder') == id
if had then call('HDEL', KEY, 'holder') end
if forgetUnused(ARGV[3]) then return false end
noteFree(ARGV[3])
return had and nameFirst(nowMs(ARGV[2]))
`,
);

/**
 * ARGV  time in ms or '' for that of Redis, patience in ms, name of the key
 * Returns the run that is next for a key that nobody has, or nil
 */
export const nextForKeyScript = defineScript(
  'next-for-key',
  LIBRARY,
  `
local id = first()
if not id or call('HEXISTS', KEY, 'holder') == 1 then
  noteFree(ARGV[3])
  return false
end
local now = nowMs(ARGV[1])
local named = call('HMGET', KEY, 'named', 'namedMs')
if named[1] == id then
  if now - tonumber(named[2]) < tonumber(ARGV[2]) then return false end
  if call('HSETNX', KEY, 'm|' .. id, 1) == 1 then enqueue(id) else forget(id) end
  if forgetUnused(ARGV[3]) then return false end
end
return nameFirst(now)
`,
);

/**
 * Returns idempotency key and run of who has a key that others wait for, or nil
 */
export const waitedForScript = defineScript(
  'waited-for',
  LIBRARY,
  `
local holder = call('HGET', KEY, 'holder')
local run = holder and first() and call('HGET', KEY, 'r|' .. holder)
return run and { holder, run }
`,
);
