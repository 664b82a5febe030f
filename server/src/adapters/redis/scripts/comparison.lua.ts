import { defineScript } from '../store-client.ts';
import { MIGRATION_LUA } from './library.lua.ts';

/**
 * The data of one migration are compared with the engine once for each process that holds them and each history of its
 * data: a Redis that was restored from a backup, or failed over, has another id. The fields are in the definition, so
 * that they go with the data: `compared` is such an id, `comparing` a token of a comparison that is under way, `repeated`
 * an id with how many in a row could not tell all.
 */
const COMPARISON_LUA = `
local function storeId()
  -- Where a provider forbids INFO, only data that are gone altogether are seen to be others.
  local info = redis.pcall('INFO', 'server', 'replication')
  if type(info) ~= 'string' then info = '' end
  return (string.match(info, 'run_id:(%w+)') or '') .. ':' .. (string.match(info, 'master_replid:(%w+)') or '')
end
local function isCurrent(token, id)
  return call('HGET', DEF, 'comparing') == token and string.sub(token, 1, #id) == id
end
local function isCompared() return call('HGET', DEF, 'compared') == storeId() end
`;

/**
 * KEYS  definition
 * Returns 1 when it was compared
 */
export const isComparedScript = defineScript(
  'is-compared',
  MIGRATION_LUA,
  COMPARISON_LUA,
  'return isCompared() and 1 or 0',
);

/**
 * KEYS  definition
 * Returns a token, or nil when there is nothing to compare
 */
export const beginComparisonScript = defineScript(
  'begin-comparison',
  MIGRATION_LUA,
  COMPARISON_LUA,
  `
if not isKnown() or isCompared() then return nil end
local time = call('TIME')
local token = storeId() .. '@' .. time[1] .. '.' .. time[2]
call('HSET', DEF, 'comparing', token)
return token
`,
);

/**
 * KEYS  definition
 * ARGV  token
 */
export const endComparisonScript = defineScript(
  'end-comparison',
  MIGRATION_LUA,
  COMPARISON_LUA,
  `
local token, id = take(), storeId()
if not isCurrent(token, id) then return end
call('HDEL', DEF, 'comparing', 'repeated')
call('HSET', DEF, 'compared', id)
`,
);

/**
 * KEYS  definition
 */
export const dropComparisonScript = defineScript(
  'drop-comparison',
  MIGRATION_LUA,
  `call('HDEL', DEF, 'compared', 'comparing', 'repeated')`,
);

/**
 * KEYS  definition
 * ARGV  token
 * Returns how many in a row, or 0 when the comparison is not the current one
 */
export const repeatComparisonScript = defineScript(
  'repeat-comparison',
  MIGRATION_LUA,
  COMPARISON_LUA,
  `
local token, id = take(), storeId()
if not isCurrent(token, id) then return 0 end
local before, count = call('HGET', DEF, 'repeated') or '', 1
if string.sub(before, 1, #id + 1) == id .. '@' then count = tonumber(string.sub(before, #id + 2)) + 1 end
call('HSET', DEF, 'repeated', id .. '@' .. count)
return count
`,
);

/**
 * KEYS  definition
 * ARGV  candidate id
 */
export const awaitCandidateScript = defineScript(
  'await-candidate',
  MIGRATION_LUA,
  `
local candidateId = take()
if call('HEXISTS', IDS, candidateId) == 1 then call('HDEL', DEF, 'compared', 'comparing', 'repeated') else
  call('SADD', AWAITED, candidateId)
end
`,
);
