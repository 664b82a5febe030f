import { defineScript } from '../store-client.ts';

/**
 * KEYS  ZSET of ids by the order in which they came, HASH of letters by id, HASH of what filters them by id, HASH of counters
 *       (seq, bytes)
 */
const LIBRARY = `
local call = redis.call
local ORDER, LETTERS, FACETS, COUNTERS = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local function remove(id)
  local json = call('HGET', LETTERS, id)
  if json then call('HINCRBY', COUNTERS, 'bytes', -#json) end
  call('HDEL', LETTERS, id)
  call('HDEL', FACETS, id)
  return call('ZREM', ORDER, id)
end
`;

/**
 * ARGV  id, JSON, kind, migration id or '', how many are kept, how many bytes
 */
export const addDeadLetterScript = defineScript(
  'add-dead-letter',
  LIBRARY,
  `
local id, json, kind, migrationId, most, mostBytes = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
remove(id)
-- Letters of a time when the counter was elsewhere.
if call('HEXISTS', COUNTERS, 'seq') == 0 then
  call('HSET', COUNTERS, 'seq', call('ZRANGE', ORDER, -1, -1, 'WITHSCORES')[2] or 0, 'bytes', 0)
end
call('ZADD', ORDER, call('HINCRBY', COUNTERS, 'seq', 1), id)
call('HSET', LETTERS, id, json)
call('HSET', FACETS, id, kind .. ' ' .. migrationId)
local bytes, count = call('HINCRBY', COUNTERS, 'bytes', #json), call('ZCARD', ORDER)
while count > 1 and (count > most or bytes > mostBytes) do
  remove(call('ZRANGE', ORDER, 0, 0)[1])
  count = count - 1
  bytes = tonumber(call('HGET', COUNTERS, 'bytes'))
end
`,
);

/**
 * ARGV  id
 * Returns 1 when it was there
 */
export const removeDeadLetterScript = defineScript('remove-dead-letter', LIBRARY, 'return remove(ARGV[1])');

/**
 * KEYS  HASH of letters by id, STRING of who has the one
 * ARGV  id, who wants it, for how many ms
 * Returns 'claimed', 'taken' or 'gone'
 */
export const claimDeadLetterScript = defineScript(
  'claim-dead-letter',
  `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 'gone' end
return redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3]) and 'claimed' or 'taken'
`,
);

/**
 * KEYS  STRING of who has it
 * ARGV  who gives it back
 */
export const giveBackDeadLetterScript = defineScript(
  'give-back-dead-letter',
  `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`,
);

/**
 * ARGV  places below this one ('+inf' or '(' and a number), how many are wanted, how many are looked at, kind or '',
 *       migration id or ''
 * Returns the place of the last that was looked at, or '' when there are no more, then place and JSON of each, the newest
 * first
 */
export const readDeadLettersScript = defineScript(
  'read-dead-letters',
  LIBRARY,
  `
local below, wanted, most, kind, migrationId = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
local found = call('ZREVRANGEBYSCORE', ORDER, below, '-inf', 'WITHSCORES', 'LIMIT', 0, most)
local function fits(facets)
  local kindIs, migrationIs = string.match(facets or '', '^(%S*) (.*)$')
  return (kind == '' or kind == kindIs) and (migrationId == '' or migrationId == migrationIs)
end
local reply = { #found < most * 2 and '' or found[#found] }
for index = 1, #found, 2 do
  if fits(call('HGET', FACETS, found[index])) then
    if #reply == 1 + wanted * 2 then
      reply[1] = reply[#reply - 1]
      return reply
    end
    reply[#reply + 1] = found[index + 1]
    reply[#reply + 1] = call('HGET', LETTERS, found[index])
  end
end
return reply
`,
);
