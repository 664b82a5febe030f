import { defineScript } from '../store-client.ts';

/**
 * KEYS  ZSET of ids by the order in which they came, HASH of letters by id, counter
 * ARGV  id, JSON, how many are kept
 */
export const addDeadLetterScript = defineScript(
  'add-dead-letter',
  `
local id, json, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
redis.call('ZADD', KEYS[1], redis.call('INCR', KEYS[3]), id)
redis.call('HSET', KEYS[2], id, json)
local tooMany = redis.call('ZCARD', KEYS[1]) - most
if tooMany > 0 then
  for _, old in ipairs(redis.call('ZRANGE', KEYS[1], 0, tooMany - 1)) do
    redis.call('ZREM', KEYS[1], old)
    redis.call('HDEL', KEYS[2], old)
  end
end
`,
);

/**
 * KEYS  ZSET of ids, HASH of letters
 * ARGV  id
 * Returns 1 when it was there
 */
export const removeDeadLetterScript = defineScript(
  'remove-dead-letter',
  `
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[1], ARGV[1])
`,
);

/**
 * KEYS  ZSET of ids, HASH of letters
 * ARGV  places below this one ('+inf' or '(' and a number), at most so many
 * Returns place and JSON of each, the newest first
 */
export const readDeadLettersScript = defineScript(
  'read-dead-letters',
  `
local found = redis.call('ZREVRANGEBYSCORE', KEYS[1], ARGV[1], '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local reply = {}
for index = 1, #found, 2 do
  reply[#reply + 1] = found[index + 1]
  reply[#reply + 1] = redis.call('HGET', KEYS[2], found[index])
end
return reply
`,
);
