// Every move of the store that touches more than one key, as one script. All keys of a worker app share one slot.
// KEYS[1] is always the ZSET of open attempts: idempotency key -> end of the lease by Redis' own clock, in ms.
// An attempt is a HASH of `record` (JSON) and `owner` (instance id). A fence is a HASH of `newest` (attempt number),
// `key` (its idempotency key) and `refused` (attempt number up to which dispatches are refused).

const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const fenceCheck = `
local function refusal(fenceKey, attempt)
  local fence = redis.call('HMGET', fenceKey, 'refused', 'newest')
  if fence[1] and tonumber(fence[1]) >= attempt then return 'cancelled' end
  if fence[2] and tonumber(fence[2]) > attempt then return 'superseded' end
  return nil
end
`;

/**
 * KEYS open, attempt, fence; ARGV key, attempt number, record, owner, lease ms, prefix of attempt keys, closed ms.
 * Returns {'refused', reason}, {'known', record, 'closed'|'held'|'elsewhere'} or {'created', superseded key or ''}.
 */
export const admitScript = `${clock}${fenceCheck}
local reason = refusal(KEYS[3], tonumber(ARGV[2]))
if reason then return {'refused', reason} end
local known = redis.call('HGET', KEYS[2], 'record')
if known then
  local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if not lease then return {'known', known, 'closed'} end
  if redis.call('HGET', KEYS[2], 'owner') ~= ARGV[4] and tonumber(lease) > now then
    return {'known', known, 'elsewhere'}
  end
  redis.call('HSET', KEYS[2], 'owner', ARGV[4])
  redis.call('ZADD', KEYS[1], now + ARGV[5], ARGV[1])
  return {'known', known, 'held'}
end
local older = redis.call('HGET', KEYS[3], 'key')
local superseded = ''
if older and redis.call('ZREM', KEYS[1], older) == 1 then
  superseded = older
  redis.call('HDEL', ARGV[6] .. older, 'owner')
  redis.call('PEXPIRE', ARGV[6] .. older, ARGV[7])
end
redis.call('HSET', KEYS[2], 'record', ARGV[3], 'owner', ARGV[4])
redis.call('ZADD', KEYS[1], now + ARGV[5], ARGV[1])
redis.call('HSET', KEYS[3], 'newest', ARGV[2], 'key', ARGV[1])
redis.call('PERSIST', KEYS[3])
return {'created', superseded}
`;

/** KEYS open, attempt, fence; ARGV key, record, owner, lease ms, '1' when closed, closed ms. Returns 1, or 0 when not held. */
export const saveScript = `${clock}
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) or redis.call('HGET', KEYS[2], 'owner') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[2], 'record', ARGV[2])
if ARGV[5] == '1' then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], 'owner')
  redis.call('PEXPIRE', KEYS[2], ARGV[6])
  redis.call('PEXPIRE', KEYS[3], ARGV[6])
else
  redis.call('ZADD', KEYS[1], now + ARGV[4], ARGV[1])
end
return 1
`;

/** KEYS open, attempt, fence; ARGV key, attempt number, record, owner, lease ms. Returns 1, or 0 when open or refused. */
export const reopenScript = `${clock}${fenceCheck}
if redis.call('ZSCORE', KEYS[1], ARGV[1]) or refusal(KEYS[3], tonumber(ARGV[2])) then return 0 end
redis.call('HSET', KEYS[2], 'record', ARGV[3], 'owner', ARGV[4])
redis.call('PERSIST', KEYS[2])
redis.call('PERSIST', KEYS[3])
redis.call('ZADD', KEYS[1], now + ARGV[5], ARGV[1])
return 1
`;

/** KEYS open; ARGV owner, lease ms, prefix of attempt keys, then idempotency keys. Returns those that are not held. */
export const renewScript = `${clock}
local lost = {}
for index = 4, #ARGV do
  local key = ARGV[index]
  if redis.call('ZSCORE', KEYS[1], key) and redis.call('HGET', ARGV[3] .. key, 'owner') == ARGV[1] then
    redis.call('ZADD', KEYS[1], now + ARGV[2], key)
  else
    lost[#lost + 1] = key
  end
end
return lost
`;

/** KEYS open; ARGV owner, lease ms, prefix of attempt keys, limit. Returns the records that this owner now holds. */
export const claimScript = `${clock}
local records = {}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[4])) do
  local attempt = redis.call('HMGET', ARGV[3] .. key, 'record', 'owner')
  if not attempt[1] then
    redis.call('ZREM', KEYS[1], key)
  else
    redis.call('ZADD', KEYS[1], now + ARGV[2], key)
    if attempt[2] ~= ARGV[1] then
      redis.call('HSET', ARGV[3] .. key, 'owner', ARGV[1])
      records[#records + 1] = attempt[1]
    end
  end
end
return records
`;

/** KEYS open; ARGV owner, prefix of attempt keys, then idempotency keys. Returns nothing of use. */
export const releaseScript = `
for index = 3, #ARGV do
  local key = ARGV[index]
  if redis.call('ZSCORE', KEYS[1], key) and redis.call('HGET', ARGV[2] .. key, 'owner') == ARGV[1] then
    redis.call('HDEL', ARGV[2] .. key, 'owner')
    redis.call('ZADD', KEYS[1], 0, key)
  end
end
return 0
`;

/** KEYS open, attempt, fence; ARGV key, attempt number, closed ms. Returns 1 when the attempt was known, else 0. */
export const cancelScript = `
local attempt = tonumber(ARGV[2])
local fence = redis.call('HMGET', KEYS[3], 'refused', 'newest')
if not fence[1] or tonumber(fence[1]) < attempt then redis.call('HSET', KEYS[3], 'refused', attempt) end
if not fence[2] or tonumber(fence[2]) <= attempt then redis.call('PEXPIRE', KEYS[3], ARGV[3]) end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], 'owner')
return redis.call('PEXPIRE', KEYS[2], ARGV[3])
`;
