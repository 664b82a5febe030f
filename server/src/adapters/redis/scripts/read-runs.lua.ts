import { defineScript } from '../store-client.ts';
import { BITS_LUA } from './bits.lua.ts';
import { MIGRATION_LUA } from './library.lua.ts';

/**
 * KEYS  definition
 * ARGV  candidate id
 * Returns nil, or step count of the definition, facts, files and steps JSON, {field, value, ...}
 */
export const readCandidateScript = defineScript(
  'read-candidate',
  MIGRATION_LUA,
  `
local ord = call('HGET', IDS, take())
if not ord then return nil end
local key = candidateKey(ord)
return { tonumber(call('HGET', DEF, 'stepCount') or '0'), call('GET', key .. ':facts'), call('GET', key .. ':body'), call('HGETALL', key) }
`,
);

/**
 * Runs of a candidate, the newest first.
 * KEYS  definition
 * ARGV  candidate id, number of the run to continue below or '', limit
 * Returns total, then for each: its number, run id, {field, value, ...}
 */
export const listRunsScript = defineScript(
  'list-runs',
  MIGRATION_LUA,
  `
local ord, below, limit = call('HGET', IDS, take()), take(), takeNumber()
if not ord then return { 0 } end
local key = candidateKey(ord) .. ':runs'
local answer = { call('ZCARD', key) }
local found = call('ZREVRANGEBYSCORE', key, below == '' and '+inf' or '(' .. below, '-inf', 'WITHSCORES', 'LIMIT', 0, limit)
for index = 1, #found, 2 do
  answer[#answer + 1] = found[index + 1]
  answer[#answer + 1] = found[index]
  answer[#answer + 1] = call('HGETALL', runKey(found[index]))
end
return answer
`,
);

/**
 * Claimed and open runs, by ord.
 * KEYS  definition
 * ARGV  first ord, limit, time in ms or '' for that of Redis
 * Returns for each: ord, candidate id, run id, status, run state, ms since the claim, ms since the cancel or ''
 */
export const listOpenRunsScript = defineScript(
  'list-open-runs',
  MIGRATION_LUA,
  BITS_LUA,
  `
local first, limit, now = takeNumber(), takeNumber(), nowMs(take())
local answer = {}
local function msSince(ms) return msText(math.max(0, now - tonumber(ms))) end
for _, ord in ipairs(ordsOf(call('GET', facetKey('open')) or '', first, limit)) do
  local candidate = call('HMGET', candidateKey(ord), 'id', 'runId', 'status', 'runState')
  local run = call('HMGET', runKey(candidate[2] or ''), 'claimedMs', 'cancelRequestedMs')
  for _, value in ipairs({ ord, candidate[1], candidate[2] or '', candidate[3], candidate[4] or '', msSince(run[1] or 0), run[2] and msSince(run[2]) or '' }) do
    answer[#answer + 1] = value
  end
end
return answer
`,
);

/**
 * KEYS  definition
 * ARGV  one event as appendEvent takes it
 */
export const appendEventScript = defineScript(
  'append-event',
  MIGRATION_LUA,
  `
appendEvents(1)
if isKnown() then touch() end
`,
);

/**
 * KEYS  definition
 * ARGV  most open runs to look through
 * Returns nil for an unknown migration, or current revision, 1 when all open runs were looked through, how many
 *         revisions, for each, the last announced first: revision, last at in ms, first at or '', worker version or '',
 *         and then for each open run its revision
 */
export const listRevisionsScript = defineScript(
  'list-revisions',
  MIGRATION_LUA,
  BITS_LUA,
  `
if not isKnown() then return nil end
local most = takeNumber()
local revisions = call('ZREVRANGE', REVISIONS, 0, -1, 'WITHSCORES')
local answer = { call('HGET', DEF, 'revision'), 1, #revisions / 2 }
for index = 1, #revisions, 2 do
  local about = call('HMGET', REVISIONS_ABOUT, revisions[index], revisions[index] .. ':version')
  for _, value in ipairs({ revisions[index], revisions[index + 1], about[1] or '', about[2] or '' }) do
    answer[#answer + 1] = value
  end
end
for count, ord in ipairs(ordsOf(call('GET', facetKey('open')) or '', 0, most + 1)) do
  if count > most then answer[2] = 0 else
    local runId = call('HGET', candidateKey(ord), 'runId')
    answer[#answer + 1] = runId and call('HGET', runKey(runId), 'revision') or ''
  end
end
return answer
`,
);
