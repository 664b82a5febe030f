import { defineScript } from '../store-client.ts';
import { BURNDOWN_LUA } from './burndown.lua.ts';
import { LABELS_LUA, MIGRATION_LUA } from './library.lua.ts';

/**
 * Keeps a definition and its revision, and brings the set of indexed label keys in line.
 * KEYS  definition
 * ARGV  workerApp, its version or '', definition JSON, revision, revision JSON, at, at in ms, name, step count, n label keys (as JSON),
 *       n events of a new definition, n events of a revised one
 * Returns {'owned-by', workerApp} or {change, label keys whose candidates have to be indexed...}
 */
export const announceScript = defineScript(
  'announce',
  MIGRATION_LUA,
  LABELS_LUA,
  `
local workerApp, version, json, revision, body, at, atMs, name, stepCount =
  take(), take(), take(), take(), take(), take(), take(), take(), take()
local was = call('HMGET', DEF, 'workerApp', 'json')
if was[1] and was[1] ~= workerApp then return { 'owned-by', was[1] } end
local change = not was[2] and 'new' or was[2] == json and 'same' or 'revised'

call('HSET', DEF, 'v', 1, 'json', json, 'revision', revision, 'workerApp', workerApp,
  'name', name, 'stepCount', stepCount, 'announcedAt', at)
call('SET', revisionKey(revision), body, 'NX')
call('ZADD', REVISIONS, atMs, revision)
call('HSETNX', REVISIONS_ABOUT, revision, at)
writeFields(REVISIONS_ABOUT, { revision .. ':version', version })
touch()

local wanted = {}
for _ = 1, takeNumber() do
  local key = take()
  wanted[key] = true
  if not labelState(key) then setLabelState(key, countRows() == 0 and 'ready' or 'building') end
end
local answer = { change }
local all = call('HGETALL', LABEL_KEYS)
for index = 1, #all, 2 do
  if not wanted[all[index]] then
    dropLabelIndex(all[index])
    setLabelState(all[index], nil)
  elseif all[index + 1] == 'building' then answer[#answer + 1] = all[index] end
end
if change == 'new' then appendEvents() end
if change == 'revised' then
  skipEvents()
  appendEvents()
end
return answer
`,
);

/**
 * Adds label keys of some candidates to the index; the last call makes the keys usable as filters.
 * KEYS  definition
 * ARGV  first ord, last ord, 1 on the last call, n label keys (as JSON)
 */
export const indexLabelsScript = defineScript(
  'index-labels',
  MIGRATION_LUA,
  LABELS_LUA,
  `
local first, last, isLast = takeNumber(), takeNumber(), take() == '1'
for ord = first, math.min(last, countRows() - 1) do
  local facts = call('GET', candidateKey(ord) .. ':facts')
  if facts then gatherLabels(ord, labelsOf(facts), 1) end
end
writeBits()
if isLast then
  for _ = 1, takeNumber() do
    local key = take()
    if labelState(key) == 'building' then setLabelState(key, 'ready') end
  end
  touch()
end
`,
);

/**
 * Makes room for a migration under the limit.
 * KEYS  set of migrations
 * ARGV  migration id, most migrations
 * Returns 1 when it is in the set now
 */
export const reserveMigrationScript = defineScript(
  'reserve-migration',
  `
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 1 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
return redis.call('SADD', KEYS[1], ARGV[1])
`,
);

/**
 * Counts by the indexes, so that they cannot drift from what a filter finds.
 * KEYS  definition
 * ARGV  n statuses, n run states, time in ms or '' for that of Redis, n days
 * Returns rows, version, last activity or '', gone, the counts in order, failing,
 *         for each of the last days, today last: its counts as BURNDOWN_LUA keeps them
 */
export const countCandidatesScript = defineScript(
  'count-candidates',
  MIGRATION_LUA,
  BURNDOWN_LUA,
  `
local def = call('HMGET', DEF, 'ver', 'lastActivityAt')
local answer = { countRows(), tonumber(def[1] or '0'), def[2] or '', call('BITCOUNT', facetKey('gone')) }
for _, kind in ipairs({ 's:', 'r:' }) do
  for _ = 1, takeNumber() do answer[#answer + 1] = call('BITCOUNT', facetKey(kind .. take())) end
end
answer[#answer + 1] = call('BITCOUNT', facetKey('failing'))
local today, days, fields = dayOf(nowMs(take())), takeNumber(), {}
for day = today - days + 1, today do fields[#fields + 1] = 'd' .. day end
for index, counts in ipairs(call('HMGET', BURN, unpack(fields))) do answer[#answer + 1] = counts or '' end
return answer
`,
);
