import { SUMMARY_FIELDS } from '../candidate-fields.ts';
import { defineScript } from '../store-client.ts';
import { BITS_LUA, LABELS_LUA, MIGRATION_LUA } from './library.lua.ts';

const summaryFields = SUMMARY_FIELDS.map((field) => `'${field}'`).join(', ');

/**
 * One page with the exact number of all that match.
 * KEYS  definition
 * ARGV  sort ('id' or 'since'), 1 when descending, limit, cursor (0, or 1 with: id or ms, ord), 1 for a search with: version of
 *       the texts that were searched or '' for any, bitmap of what was found; n label keys, n groups of n facets: a row is in one facet of each group
 * Returns {'unknown-migration'}, {'unknown-filter', label key}, {'texts-changed'}, or
 *       {'page', version, step count, total, 1 when more follow, then for each row: ord, since in ms, fields, facts}
 *
 * BITOP combines the facets' bitmaps. Then the sorted set is walked until the page is full; where matches are so rare
 * that the walk would be long, they alone are sorted in a set of their own, and that is walked. The scratch keys are
 * neither logged nor replicated, since a read must not wait for the disk.
 */
export const pageCandidatesScript = defineScript(
  'page-candidates',
  MIGRATION_LUA,
  LABELS_LUA,
  BITS_LUA,
  `
local def = call('HMGET', DEF, 'json', 'ver', 'stepCount', 'textVersion')
if not def[1] then return { 'unknown-migration' } end
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

local rows = countRows()
local bits, total = nil, rows
if #facets == 1 then
  bits, total = call('GET', facets[1]) or '', call('BITCOUNT', facets[1])
elseif #facets > 1 then
  call('BITOP', 'AND', SCRATCH, unpack(facets))
  bits, total = call('GET', SCRATCH) or '', call('BITCOUNT', SCRATCH)
  call('DEL', SCRATCH)
end
if #made > 0 then call('DEL', unpack(made)) end

-- A set of the matches alone, in the order of the page.
local function sortAlone()
  local members = {}
  local function add(ords)
    local arguments = {}
    if sort == 'id' then
      local names = call('HMGET', NAMES, unpack(ords))
      for index, ord in ipairs(ords) do
        arguments[#arguments + 1] = 0
        arguments[#arguments + 1] = idMember(names[index], ord)
      end
    else
      local sinces = {}
      for index, ord in ipairs(ords) do sinces[index] = sinceMember(ord) end
      local scores = call('ZMSCORE', BY_SINCE, unpack(sinces))
      for index, score in ipairs(scores) do
        arguments[#arguments + 1] = score
        arguments[#arguments + 1] = sinces[index]
      end
    end
    call('ZADD', SCRATCH, unpack(arguments))
  end
  local ords = {}
  local function put(ord)
    ords[#ords + 1] = ord
    if #ords == 1000 then
      add(ords)
      ords = {}
    end
  end
  eachBit(bits, 0, put)
  if #ords > 0 then add(ords) end
end

-- How many members come before the cursor's place, or before it and at it.
local function countToCursor(key, includesCursor)
  if sort == 'id' then
    return call('ZLEXCOUNT', key, '-', (includesCursor and '[' or '(') .. idMember(cursor[1], cursor[2]))
  end
  local low = call('ZCOUNT', key, '-inf', '(' .. cursor[1])
  local high = low + call('ZCOUNT', key, cursor[1], cursor[1])
  while low < high do
    local middle = math.floor((low + high) / 2)
    local ord = ordOfMember(call('ZRANGE', key, middle, middle)[1])
    if ord < cursor[2] or (includesCursor and ord == cursor[2]) then low = middle + 1 else high = middle end
  end
  return low
end

local page, hasMore = {}, false
local function walk(key, size, chunkSize, isMatch)
  local at = 0
  if cursor then at = isDescending and size - countToCursor(key, false) or countToCursor(key, true) end
  local range = isDescending and 'ZREVRANGE' or 'ZRANGE'
  while at < size do
    for _, member in ipairs(call(range, key, at, at + chunkSize - 1)) do
      local ord = ordOfMember(member)
      if isMatch(ord) then
        -- One more than the page holds proves that more follow.
        if #page == limit then
          hasMore = true
          return
        end
        page[#page + 1] = ord
      end
    end
    at = at + chunkSize
  end
end

-- A walk looks at limit * rows / total members on average; sorting alone costs two steps for each match.
local all = sort == 'id' and BY_ID or BY_SINCE
local function always() return true end
if total > 0 then
  if not bits then walk(all, rows, limit + 1, always)
  elseif total * total * 2 < limit * rows then
    sortAlone()
    walk(SCRATCH, total, limit + 1, always)
    call('DEL', SCRATCH)
  else walk(all, rows, 500, function(ord) return hasBit(bits, ord) end) end
end

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
