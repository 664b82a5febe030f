import { SUMMARY_FIELDS } from '../candidate-fields.ts';
import { defineScript } from '../store-client.ts';
import { BITS_LUA, LABELS_LUA, MIGRATION_LUA } from './library.lua.ts';
import { TEXT_LUA } from './submit-candidates.lua.ts';

const summaryFields = SUMMARY_FIELDS.map((field) => `'${field}'`).join(', ');

/**
 * One page with the exact number of all that match.
 * KEYS  definition
 * ARGV  sort ('id' or 'since'), 1 when descending, limit, cursor (0, or 1 with: id or ms, ord), part of text or '',
 *       n label keys, n facets
 * Returns {'unknown-migration'}, {'unknown-filter', label key}, or
 *       {'page', version, step count, total, 1 when more follow, then for each row: ord, since in ms, fields}
 *
 * The facets' bitmaps are combined by BITOP into a scratch key that is neither logged nor replicated, since a read
 * must not wait for the disk. Then the sorted set is walked until the page is full; where matches are so rare that
 * the walk would be long, they are enumerated and sorted instead. Both give the same order.
 */
export const pageCandidatesScript = defineScript(
  'page-candidates',
  MIGRATION_LUA,
  LABELS_LUA,
  BITS_LUA,
  TEXT_LUA,
  `
local def = call('HMGET', DEF, 'json', 'ver', 'stepCount')
if not def[1] then return { 'unknown-migration' } end
local sort, isDescending, limit = take(), take() == '1', takeNumber()
local cursor = take() == '1' and { take(), takeNumber() } or nil
local part = take()
for _ = 1, takeNumber() do
  local key = take()
  if labelState(key) ~= 'ready' then return { 'unknown-filter', key } end
end
local facets = {}
for index = 1, takeNumber() do facets[index] = facetKey(take()) end

local bits, total
if #facets == 1 then
  bits, total = call('GET', facets[1]) or '', call('BITCOUNT', facets[1])
elseif #facets > 1 then
  redis.set_repl(redis.REPL_NONE)
  call('BITOP', 'AND', SCRATCH, unpack(facets))
  bits, total = call('GET', SCRATCH) or '', call('BITCOUNT', SCRATCH)
  call('DEL', SCRATCH)
  redis.set_repl(redis.REPL_ALL)
else total = countRows() end
local rows = countRows()

-- Ords in ascending order, found by their text.
local found
if part ~= '' then
  found = {}
  for block = 0, math.floor((rows - 1) / ROWS_PER_BLOCK) do
    local text = call('GET', textBlockKey(block)) or ''
    local at = string.find(text, part, 1, true)
    while at do
      local mark = string.find(text, '\\1', at, true)
      local stop = string.find(text, '\\n', mark, true)
      local ord = decodeOrd(string.sub(text, mark + 1, stop - 1))
      if not bits or hasBit(bits, ord) then found[#found + 1] = ord end
      at = string.find(text, part, stop + 1, true)
    end
  end
  total = #found
end

local page, more = {}, false
-- True when the page is full, so that the next one proves that more follow.
local function put(ord, ms)
  if #page == limit then more = true; return true end
  page[#page + 1] = { ord, ms }
end

local function idMemberOf(ord) return idMember(call('HGET', candidateKey(ord), 'id'), ord) end
local function scoreOf(ord) return call('ZSCORE', BY_SINCE, sinceMember(ord)) end

-- How many members come before the cursor's place or are at it, in ascending order.
local function countUpToCursor(includeCursor)
  if sort == 'id' then
    return call('ZLEXCOUNT', BY_ID, '-', (includeCursor and '[' or '(') .. idMember(cursor[1], string.format('%d', cursor[2])))
  end
  local low = call('ZCOUNT', BY_SINCE, '-inf', '(' .. cursor[1])
  local high = low + call('ZCOUNT', BY_SINCE, cursor[1], cursor[1])
  while low < high do
    local middle = math.floor((low + high) / 2)
    local ord = tonumber(call('ZRANGE', BY_SINCE, middle, middle)[1])
    if ord < cursor[2] or (includeCursor and ord == cursor[2]) then low = middle + 1 else high = middle end
  end
  return low
end

local function walk(isMatch)
  local key = sort == 'id' and BY_ID or BY_SINCE
  local at = 0
  if cursor then at = isDescending and rows - countUpToCursor(false) or countUpToCursor(true) end
  while at < rows do
    local chunk = call(isDescending and 'ZREVRANGE' or 'ZRANGE', key, at, at + 499, 'WITHSCORES')
    for index = 1, #chunk, 2 do
      local ord = sort == 'id' and tonumber(string.match(chunk[index], '%z(%d+)$')) or tonumber(chunk[index])
      if isMatch(ord) and put(ord, chunk[index + 1]) then return end
    end
    at = at + 500
  end
end

local function enumerate(ords)
  local places = {}
  for _, ord in ipairs(ords) do
    local rank = sort == 'id' and call('ZRANK', BY_ID, idMemberOf(ord)) or call('ZRANK', BY_SINCE, sinceMember(ord))
    places[#places + 1] = { rank, ord }
  end
  table.sort(places, function(a, b)
    if isDescending then return a[1] > b[1] end
    return a[1] < b[1]
  end)
  local first, last = 0, rows
  if cursor and isDescending then last = countUpToCursor(false) - 1
  elseif cursor then first = countUpToCursor(true) end
  for _, place in ipairs(places) do
    if place[1] >= first and place[1] <= last and put(place[2], sort == 'id' and '0' or scoreOf(place[2])) then return end
  end
end

-- A walk looks at limit * rows / total members on average, an enumeration makes two calls for each match.
local isRare = total * total * 2 < limit * rows
if total > 0 then
  if found and isRare then enumerate(found)
  elseif found then
    local isFound = {}
    for _, ord in ipairs(found) do isFound[ord] = true end
    walk(function(ord) return isFound[ord] end)
  elseif bits and isRare then
    local ords = {}
    eachBit(bits, 0, function(ord) ords[#ords + 1] = ord end)
    enumerate(ords)
  elseif bits then walk(function(ord) return hasBit(bits, ord) end)
  else walk(function() return true end) end
end

local answer = { 'page', tonumber(def[2] or '0'), tonumber(def[3] or '0'), total, more and 1 or 0 }
for _, row in ipairs(page) do
  answer[#answer + 1] = row[1]
  answer[#answer + 1] = row[2]
  answer[#answer + 1] = call('HMGET', candidateKey(row[1]), ${summaryFields})
end
return answer
`,
);
