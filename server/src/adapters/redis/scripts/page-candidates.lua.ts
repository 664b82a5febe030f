import { SUMMARY_FIELDS } from '../candidate-fields.ts';
import { defineScript } from '../store-client.ts';
import { BITS_LUA, LABELS_LUA, MIGRATION_LUA } from './library.lua.ts';
import { ORDER_LUA } from './order.lua.ts';

const summaryFields = SUMMARY_FIELDS.map((field) => `'${field}'`).join(', ');

/**
 * One page with the exact number of all that match.
 * KEYS  definition
 * ARGV  version that the caller has or '', sort ('id' or 'since'), 1 when descending, limit, cursor (0, or 1 with: id or
 *       ms, ord), 1 for a search with: version of the texts that were searched or '' for any, bitmap of what was found;
 *       n label keys, n groups of n facets: a row is in one facet of each group
 * Returns {'unchanged'}, {'unknown-migration'}, {'unknown-filter', label key}, {'texts-changed'}, or
 *       {'page', version, step count, total, 1 when more follow, then for each row: ord, since in ms, fields, facts}
 *
 * BITOP combines the facets' bitmaps. Then all rows are gone through in order until the page is full; where matches are so rare
 * that the walk would be long, the page is chosen from them alone. The scratch keys are neither logged nor replicated,
 * since a read must not wait for the disk.
 */
export const pageCandidatesScript = defineScript(
  'page-candidates',
  MIGRATION_LUA,
  LABELS_LUA,
  ORDER_LUA,
  BITS_LUA,
  `
local def = call('HMGET', DEF, 'json', 'ver', 'stepCount', 'textVersion')
if not def[1] then return { 'unknown-migration' } end
local known = take()
if known ~= '' and known == def[2] then return { 'unchanged' } end
local rows = countRows()
if not isOrderPacked(rows) then packOrder() end
redis.set_repl(redis.REPL_NONE)
local sort, isDescending, limit = take(), take() == '1', takeNumber()
local cursor = take() == '1' and { take(), takeNumber() } or nil
local searched, found = nil, nil
if take() == '1' then
  searched, found = take(), take()
  if searched ~= '' and searched ~= def[4] then return { 'texts-changed' } end
end
for _ = 1, takeNumber() do
  local key = take()
  if labelState(key) ~= 'ready' then return { 'unknown-filter', key } end
end
local facets, made = {}, {}
for index = 1, takeNumber() do
  local group = {}
  for at = 1, takeNumber() do group[at] = facetKey(take()) end
  facets[index] = group[1]
  if #group > 1 then
    local union = SCRATCH .. index
    call('BITOP', 'OR', union, unpack(group))
    facets[index] = union
    made[#made + 1] = union
  end
end

if found then
  local matches = SCRATCH .. 'q'
  call('SET', matches, found)
  facets[#facets + 1] = matches
  made[#made + 1] = matches
end

local bits, total = nil, rows
if #facets == 1 then
  bits, total = call('GET', facets[1]) or '', call('BITCOUNT', facets[1])
elseif #facets > 1 then
  call('BITOP', 'AND', SCRATCH, unpack(facets))
  bits, total = call('GET', SCRATCH) or '', call('BITCOUNT', SCRATCH)
  call('DEL', SCRATCH)
end
if #made > 0 then call('DEL', unpack(made)) end

-- Redis puts ids in order by itself, ten times as fast as byte for byte here (the operator follows its locale). SORT
-- follows the locale too, unless it stores what it sorted. An id has one row, so it needs no ord behind it.
local function pickById()
  local ords, matches, ordOf = ordsOf(bits, 0, rows), SCRATCH .. 'z', {}
  for from = 1, #ords, 1000 do
    local ids = call('HMGET', NAMES, unpack(ords, from, math.min(from + 999, #ords)))
    for index, id in ipairs(ids) do ordOf[id] = ords[from + index - 1] end
    call('RPUSH', matches, unpack(ids))
  end
  local after = cursor and cursor[1]
  if after then call('RPUSH', matches, after) end
  -- The cursor's row may be among them, and others may be before it.
  local wanted = after and #ords + 1 or limit + 1
  call('SORT', matches, 'ALPHA', isDescending and 'DESC' or 'ASC', 'LIMIT', 0, wanted, 'STORE', matches)
  local first = after and call('LPOS', matches, after, 'RANK', -1) + 1 or 0
  local picked = call('LRANGE', matches, first, first + limit)
  call('DEL', matches)
  for index, id in ipairs(picked) do picked[index] = ordOf[id] end
  return picked
end

-- Looks at each match once and keeps those that the page needs: one more than it holds proves that more follow.
local function pickBySince()
  local function comesBefore(ms, ord, otherMs, otherOrd)
    if isDescending then ms, ord, otherMs, otherOrd = otherMs, otherOrd, ms, ord end
    if ms ~= otherMs then return ms < otherMs end
    return ord < otherOrd
  end
  local times, picked = {}, {}
  local after = cursor and tonumber(cursor[1])
  local function offer(ms, ord)
    local worst = times[limit + 1]
    if worst and not comesBefore(ms, ord, worst, picked[limit + 1]) then return end
    if after and not comesBefore(after, cursor[2], ms, ord) then return end
    local low, high = 1, #picked + 1
    while low < high do
      local middle = math.floor((low + high) / 2)
      if comesBefore(ms, ord, times[middle], picked[middle]) then high = middle else low = middle + 1 end
    end
    table.insert(times, low, ms)
    table.insert(picked, low, ord)
    times[limit + 2], picked[limit + 2] = nil, nil
  end
  local ords = ordsOf(bits, 0, rows)
  -- Many have the time of their submission: from the end that the page begins at, few are put out again.
  local function offerAll(from, to)
    local members = {}
    for index = from, to do members[index - from + 1] = sinceMember(ords[index]) end
    local scores = call('ZMSCORE', BY_SINCE, unpack(members))
    local first, last, step = from, to, 1
    if isDescending then first, last, step = to, from, -1 end
    for index = first, last, step do offer(tonumber(scores[index - from + 1]), ords[index]) end
  end
  local chunks = math.ceil(#ords / 1000)
  for chunk = 1, chunks do
    local from = (isDescending and chunks - chunk or chunk - 1) * 1000 + 1
    offerAll(from, math.min(from + 999, #ords))
  end
  return picked
end

-- How many members come before the cursor's place, or before it and at it.
local ordered = sort == 'id' and BY_ID or BY_SINCE
local function countToCursor(includesCursor)
  if sort == 'id' then
    return call('ZLEXCOUNT', ordered, '-', (includesCursor and '[' or '(') .. idMember(cursor[1], cursor[2]))
  end
  local low = call('ZCOUNT', ordered, '-inf', '(' .. cursor[1])
  local high = low + call('ZCOUNT', ordered, cursor[1], cursor[1])
  while low < high do
    local middle = math.floor((low + high) / 2)
    local ord = ordOfMember(call('ZRANGE', ordered, middle, middle)[1])
    if ord < cursor[2] or (includesCursor and ord == cursor[2]) then low = middle + 1 else high = middle end
  end
  return low
end

-- From a place of the order on, counted from the end that the page begins at: so many ords in the order of the page, fewer at its end.
local readers = {}
function readers.id(at, count)
  local to = math.min(at + count, rows)
  local packed = isDescending and call('GETRANGE', ORDS_BY_ID, (rows - to) * 3, (rows - at) * 3 - 1)
    or call('GETRANGE', ORDS_BY_ID, at * 3, to * 3 - 1)
  local ords, size = {}, math.floor(#packed / 3)
  for index = 1, size do
    local place = isDescending and size - index or index - 1
    local high, middle, low = byteOf(packed, place * 3 + 1, place * 3 + 3)
    ords[index] = high * 65536 + middle * 256 + low
  end
  return ords
end
function readers.since(at, count)
  local members = call(isDescending and 'ZREVRANGE' or 'ZRANGE', BY_SINCE, at, at + count - 1)
  for index, member in ipairs(members) do members[index] = tonumber(member) end
  return members
end
local readOrds = readers[sort]

-- Goes through all rows in the order of the page until it is full.
local function walk(chunkSize)
  local picked, at = {}, 0
  if cursor then at = isDescending and rows - countToCursor(false) or countToCursor(true) end
  while at < rows do
    for _, ord in ipairs(readOrds(at, chunkSize)) do
      if not bits or hasBit(bits, ord) then
        picked[#picked + 1] = ord
        if #picked > limit then return picked end
      end
    end
    at = at + chunkSize
  end
  return picked
end

-- A walk looks at limit * rows / total members on average, a choice at each match, which costs so many times as much.
local CHOICE = sort == 'id' and 12 or 4
local page = {}
if not bits then page = walk(limit + 1)
elseif total == 0 then page = {}
elseif total * total * CHOICE < limit * rows then page = sort == 'id' and pickById() or pickBySince()
else page = walk(500) end
local hasMore = #page > limit
page[limit + 1] = nil

local answer = { 'page', tonumber(def[2] or '0'), tonumber(def[3] or '0'), total, hasMore and 1 or 0 }
for _, ord in ipairs(page) do
  local at, key = #answer, candidateKey(ord)
  answer[at + 1] = ord
  answer[at + 2] = sort == 'since' and call('ZSCORE', BY_SINCE, sinceMember(ord)) or '0'
  answer[at + 3] = call('HMGET', key, ${summaryFields})
  answer[at + 4] = call('GET', key .. ':facts')
end
return answer
`,
);
