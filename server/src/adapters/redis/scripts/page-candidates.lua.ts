import { SUMMARY_FIELDS } from '../candidate-fields.ts';
import { defineScript } from '../store-client.ts';
import { BITS_LUA } from './bits.lua.ts';
import { LABELS_LUA, MIGRATION_LUA } from './library.lua.ts';
import { ORDER_LUA } from './order.lua.ts';
import { PICK_LUA } from './pick-rows.lua.ts';
import { STRETCHES_LUA } from './stretches.lua.ts';

const summaryFields = SUMMARY_FIELDS.map((field) => `'${field}'`).join(', ');

/**
 * One page with the exact number of all that match.
 * KEYS  definition
 * ARGV  version that the caller has or '', sort ('id' or 'since'), 1 when descending, limit, cursor (0, or 1 with: id or
 *       ms, ord), 1 for a search with: version of the texts that were searched or '' for any, bitmap of what was found;
 *       n label keys, n groups of n facets: a row is in one facet of each group
 * Returns {'unchanged'}, {'unknown-migration'}, {'unknown-filter', label key}, {'texts-changed'}, or
 *       {'page', version, step count, total, rows as JSON: the fields of each, false for none, {facts of each...},
 *       ord of the last when more follow or '', and when by since its time in ms}. One text, since hundreds of small
 *       replies cost the reader three times as much; facts may be long and would have to be escaped.
 *
 * BITOP combines the facets' bitmaps. The scratch keys are neither logged nor replicated, since a read must not wait for
 * the disk.
 */
export const pageCandidatesScript = defineScript(
  'page-candidates',
  MIGRATION_LUA,
  LABELS_LUA,
  ORDER_LUA,
  BITS_LUA,
  STRETCHES_LUA,
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

-- The bitmap of what matches, which is all where nothing is filtered by.
local matches, bits, total = facets[1], nil, rows
if #facets > 1 then
  matches = SCRATCH
  call('BITOP', 'AND', matches, unpack(facets))
  made[#made + 1] = matches
end
if matches then bits, total = call('GET', matches) or '', call('BITCOUNT', matches)
else bits = string.rep(string.rep('\\255', 128), math.ceil(rows / 1024)) end
`,
  PICK_LUA,
  `
local page
if not matches then page = walk(limit + 1, 0, rows)
elseif total == 0 then page = {}
elseif sort == 'id' then page = pickById()
else page = pickBySince() end
if #made > 0 then call('DEL', unpack(made)) end
local last = #page > limit and page[limit] or nil
page[limit + 1] = nil

local list, facts = {}, {}
for index, ord in ipairs(page) do
  local key = candidateKey(ord)
  list[index] = call('HMGET', key, ${summaryFields})
  facts[index] = key .. ':facts'
end
if #page > 0 then facts = call('MGET', unpack(facts)) end
return {
  'page', tonumber(def[2] or '0'), tonumber(def[3] or '0'), total,
  #page > 0 and cjson.encode(list) or '[]', facts,
  last or '', last and sort == 'since' and call('ZSCORE', BY_SINCE, packOrd(last)) or '',
}
`,
);
