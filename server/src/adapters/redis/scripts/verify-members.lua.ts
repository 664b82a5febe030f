import { defineScript } from '../store-client.ts';
import { BITS_LUA } from './bits.lua.ts';
import { BURNDOWN_LUA } from './burndown.lua.ts';
import { LABELS_LUA, MIGRATION_LUA } from './library.lua.ts';
import { ORDER_LUA } from './order.lua.ts';
import { STRETCHES_LUA } from './stretches.lua.ts';

/**
 * Looks for members of indexes that no row has, for label values that no candidate has, and whether the newest of the
 * counts over time is that of now.
 * KEYS  definition
 * ARGV  1 to mend, 1 when the bitmaps are right
 * Returns what differs
 */
export const verifyMembersScript = defineScript(
  'verify-members',
  MIGRATION_LUA,
  LABELS_LUA,
  ORDER_LUA,
  BITS_LUA,
  STRETCHES_LUA,
  BURNDOWN_LUA,
  `
local mends, canCount = take() == '1', take() == '1'
local findings, rows = {}, countRows()
local function differs(what, command, ...)
  findings[#findings + 1] = what
  if mends then call(command, ...) end
end
local function idOf(ord) return call('HGET', candidateKey(ord), 'id') end
if call('HLEN', IDS) ~= rows then
  local all = call('HGETALL', IDS)
  for index = 1, #all, 2 do
    if idOf(all[index + 1]) ~= all[index] then differs('ids ' .. all[index], 'HDEL', IDS, all[index]) end
  end
end
if call('HLEN', NAMES) ~= rows then
  for _, ord in ipairs(call('HKEYS', NAMES)) do
    if not idOf(ord) then differs('names ' .. ord, 'HDEL', NAMES, ord) end
  end
end
if call('ZCARD', BY_ID) ~= rows then
  for _, member in ipairs(call('ZRANGE', BY_ID, 0, -1)) do
    local id, ord = string.sub(member, 1, -5), #member > 3 and unpackOrd(member)
    if not ord or idMember(id, ord) ~= member or idOf(ord) ~= id then differs('z:id ' .. id, 'ZREM', BY_ID, member) end
  end
end
if not isOrderPacked(rows) then
  findings[#findings + 1] = 'ords-by-id'
  if mends then packOrder() end
end
if rows >= FEWEST_ROWS and #stretchStarts() == 0 then
  findings[#findings + 1] = 'stretches'
  if mends then cutStretches(rows) end
end
if call('ZCARD', BY_SINCE) ~= rows then
  for _, member in ipairs(call('ZRANGE', BY_SINCE, 0, -1)) do
    local ord = #member == 3 and unpackOrd(member)
    if not ord or ord >= rows then differs('z:since ' .. (ord or member), 'ZREM', BY_SINCE, member) end
  end
end
labelState('')
for key in pairs(labelStates) do
  for _, value in ipairs(call('SMEMBERS', labelValuesKey(key))) do
    if call('BITCOUNT', facetKey(labelFacet(key, value))) == 0 then
      differs('lv:' .. key .. ' ' .. value, 'SREM', labelValuesKey(key), value)
    end
  end
end
for _, fingerprint in ipairs(call('SMEMBERS', FAILURES)) do
  if call('BITCOUNT', facetKey('f:' .. fingerprint)) == 0 then
    differs('failures ' .. fingerprint, 'SREM', FAILURES, fingerprint)
    if mends then call('DEL', facetKey('f:' .. fingerprint), failureKey(fingerprint)) end
  end
end
local day = call('HGET', BURN, 'day')
if canCount and rows > 0 and (not day or call('HGET', BURN, 'd' .. day) ~= countNow()) then
  findings[#findings + 1] = 'burn'
  if mends then countDown(nowMs('')) end
end
if mends then touch() end
return findings
`,
);

/**
 * Gives label keys that once had too many values another chance.
 * KEYS  definition
 * Returns their names, as JSON, for the caller to index
 */
export const reopenLabelsScript = defineScript(
  'reopen-labels',
  MIGRATION_LUA,
  LABELS_LUA,
  `
local reopened = {}
labelState('')
for key, state in pairs(labelStates) do
  if state ~= 'ready' then reopened[#reopened + 1] = key end
end
for _, key in ipairs(reopened) do setLabelState(key, 'building') end
return reopened
`,
);
