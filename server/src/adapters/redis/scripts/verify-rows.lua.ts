import { CANDIDATE_STATUSES, RUN_STATES, WHO_ACTS } from '../../../domain/run-state.ts';
import { defineScript } from '../store-client.ts';
import { BITS_LUA } from './bits.lua.ts';
import { FAILURES_LUA } from './failures.lua.ts';
import { LABELS_LUA, MIGRATION_LUA } from './library.lua.ts';
import { ORDER_LUA } from './order.lua.ts';
import { STRETCHES_LUA } from './stretches.lua.ts';
import { TEXT_LUA } from './submit-candidates.lua.ts';

const fixedFacets = [
  ...CANDIDATE_STATUSES.map((status) => `s:${status}`),
  ...RUN_STATES.map((state) => `r:${state}`),
  ...WHO_ACTS.map((who) => `w:${who}`),
  ...['open', 'failing', 'gone', 'seen', 'timed'],
]
  .map((facet) => `'${facet}'`)
  .join(', ');

/**
 * Compares the indexes of 1,000 rows with their hashes, and mends them when asked. The text is compared by the caller.
 * KEYS  definition
 * ARGV  number of the block of rows, 1 to mend
 * Returns {what differs...}, searchable text of the block, then for each row: ord, id, labels
 */
export const verifyRowsScript = defineScript(
  'verify-rows',
  MIGRATION_LUA,
  LABELS_LUA,
  ORDER_LUA,
  BITS_LUA,
  STRETCHES_LUA,
  TEXT_LUA,
  FAILURES_LUA,
  `
local block, mends = takeNumber(), take() == '1'
local first = block * ROWS_PER_BLOCK
local last = math.min(first + ROWS_PER_BLOCK, countRows()) - 1
local BYTES = ROWS_PER_BLOCK / 8
local findings, expected, answer = {}, {}, {}
local function differs(what, command, ...)
  findings[#findings + 1] = what
  if mends then call(command, ...) end
end
local function expect(facet, ord)
  expected[facet] = expected[facet] or {}
  local index = math.floor((ord - first) / 8)
  expected[facet][index] = bit.bor(expected[facet][index] or 0, bit.rshift(128, ord % 8))
end

-- What is known of a failure, from a run that waits with it.
local function differsFailure(ord, row)
  findings[#findings + 1] = 'f:' .. row[8]
  local phase = row[3] == 'compensating' and 'compensate' or 'execute'
  local attempt = (row[11] or '0') .. ':' .. phase .. ':' .. (row[12] or '0')
  local class = call('HGET', runKey(row[4]) .. ':a', attempt .. ':failureClass') or ''
  if mends then rememberFailure(ord, row[4], row[8], row[9], row[10], class, attempt, row[13] or '') end
end

local starts = stretchStarts()
for ord = first, last do
  local row = call('HMGET', candidateKey(ord), 'id', 'status', 'runState', 'runId', 'goneAt', 'sinceMs',
    'who', 'failure', 'since', 'step', 'stepIndex', 'attempt', 'reason')
  local id = row[1]
  local facts = call('GET', candidateKey(ord) .. ':facts')
  if not id or not facts then findings[#findings + 1] = 'c:' .. ord else
    local labels = labelsOf(facts)
    if call('HGET', IDS, id) ~= tostring(ord) then differs('ids ' .. id, 'HSET', IDS, id, ord) end
    if call('HGET', NAMES, ord) ~= id then differs('names ' .. ord, 'HSET', NAMES, ord, id) end
    local member = idMember(id, ord)
    local rank = call('ZRANK', BY_ID, member)
    if not rank then
      differs('z:id ' .. id, 'ZADD', BY_ID, 0, member)
      rank, starts = call('ZRANK', BY_ID, member), stretchStarts()
    end
    if rank and #starts > 0 then expect(stretchFacet(stretchOf(rank, starts)), ord) end
    if call('ZSCORE', BY_SINCE, packOrd(ord)) ~= (row[6] or '0') then
      differs('z:since ' .. id, 'ZADD', BY_SINCE, row[6] or 0, packOrd(ord))
    end
    expect('s:' .. row[2], ord)
    if row[3] then expect('r:' .. row[3], ord) end
    if row[6] then expect('timed', ord) end
    if row[7] then expect('w:' .. row[7], ord) end
    expect(row[5] and 'gone' or 'seen', ord)
    if row[4] and not call('HGET', runKey(row[4]), 'endedAt') then expect('open', ord) end
    if row[8] then
      expect('failing', ord)
      expect('f:' .. row[8], ord)
      if call('EXISTS', failureKey(row[8])) == 0 then differsFailure(ord, row) end
      if call('SISMEMBER', FAILURES, row[8]) == 0 then differs('failures ' .. row[8], 'SADD', FAILURES, row[8]) end
    end
    for key, value in eachLabel(labels) do
      if isIndexed(key) then
        expect(labelFacet(key, value), ord)
        if call('SISMEMBER', labelValuesKey(key), value) == 0 then
          differs('lv:' .. key .. ' ' .. value, 'SADD', labelValuesKey(key), value)
        end
      end
    end
    for _, value in ipairs({ ord, id, labels }) do answer[#answer + 1] = value end
  end
end

-- After the members, since a missing one moves all that come after it.
local packed = {}
for index, member in ipairs(call('ZRANGE', BY_ID, first, last)) do packed[index] = string.sub(member, -3) end
if call('GETRANGE', ORDS_BY_ID, first * 3, last * 3 + 2) ~= table.concat(packed) then
  findings[#findings + 1] = 'ords-by-id'
  if mends then packOrder() end
end

local names = { ${fixedFacets} }
local known = {}
for _, name in ipairs(names) do known[name] = true end
local function add(name) if not known[name] then known[name] = true; names[#names + 1] = name end end
labelState('')
for key in pairs(labelStates) do
  for _, value in ipairs(call('SMEMBERS', labelValuesKey(key))) do add(labelFacet(key, value)) end
end
for _, fingerprint in ipairs(call('SMEMBERS', FAILURES)) do add('f:' .. fingerprint) end
-- Where they are not cut, what is left of them says nothing.
if #starts > 0 then for stretch = 0, STRETCHES - 1 do add(stretchFacet(stretch)) end end
for name in pairs(expected) do add(name) end
for _, name in ipairs(names) do
  local actual = call('GETRANGE', facetKey(name), first / 8, first / 8 + BYTES - 1)
  if expected[name] or string.find(actual, '[^%z]') then
    local bytes = {}
    for index = 0, BYTES - 1 do bytes[index + 1] = string.char(expected[name] and expected[name][index] or 0) end
    local wanted = table.concat(bytes)
    if actual .. string.rep('\\0', BYTES - #actual) ~= wanted then
      differs('b:' .. name, 'SETRANGE', facetKey(name), first / 8, wanted)
    end
  end
end
table.insert(answer, 1, call('GET', textBlockKey(block)) or '')
table.insert(answer, 1, findings)
return answer
`,
);

/**
 * Replaces the text of a block, unless it changed since it was read.
 * KEYS  definition
 * ARGV  number of the block, text that was read, text that it should be
 * Returns 1 when it did
 */
export const replaceTextScript = defineScript(
  'replace-text',
  MIGRATION_LUA,
  TEXT_LUA,
  `
local key, was, text = textBlockKey(take()), take(), take()
if (call('GET', key) or '') ~= was then return 0 end
call('SET', key, text)
touchTexts()
return 1
`,
);
