import { defineScript } from '../store-client.ts';
import { BITS_LUA } from './bits.lua.ts';
import { BURNDOWN_LUA } from './burndown.lua.ts';
import { LABELS_LUA, MIGRATION_LUA } from './library.lua.ts';
import { ORDER_LUA } from './order.lua.ts';
import { STRETCHES_LUA } from './stretches.lua.ts';

/**
 * The searchable text of 1,000 rows: for each the text, \1, its place in the block, newline. The place is three digits
 * of base 16 as control characters, so that no search finds it and all rows end alike.
 */
export const TEXT_LUA = `
local ROWS_PER_BLOCK = 1000
local function blockOf(ord) return (ord - ord % ROWS_PER_BLOCK) / ROWS_PER_BLOCK end
local function encodePlace(ord)
  local place = ord % ROWS_PER_BLOCK
  return string.char(16 + math.floor(place / 256), 16 + math.floor(place / 16) % 16, 16 + place % 16)
end
local function textRow(text, ord) return text .. '\\1' .. encodePlace(ord) .. '\\n' end
-- A time rather than a count, which would be the same again after Redis was emptied.
local function touchTexts() call('HSET', DEF, 'textVersion', table.concat(call('TIME'), '.')) end
`;

/**
 * Merges what a discovery saw. Never touches status, run or inputs of a known candidate.
 * KEYS  definition
 * ARGV  at, time in ms or '' for that of Redis, discovery id, 1 when this ends the discovery, n ids, then for each: kind, labels, metadata JSON,
 *       files and steps JSON, fingerprint of all these, number of own steps or '', searchable text
 * Returns nil for an unknown migration, else added, updated, unchanged, gone, label keys with too many values...
 *
 * A discovery is a bitmap of what it saw. Its end marks the others, but not those that a submission of another
 * discovery saw since this one began. The bitmap outlives the end for a week: the last chunk may be sent again.
 */
export const submitCandidatesScript = defineScript(
  'submit-candidates',
  MIGRATION_LUA,
  LABELS_LUA,
  ORDER_LUA,
  BITS_LUA,
  STRETCHES_LUA,
  TEXT_LUA,
  BURNDOWN_LUA,
  `
if not isKnown() then return nil end
local at, givenMs, discoveryId, isFinal = take(), take(), take(), take() == '1'
local KEEP_SECONDS = 604800
local DISCOVERY = discoveryKey(discoveryId)
local SEEN = DISCOVERY .. ':seen'
local submission = call('HINCRBY', DEF, 'submissions', 1)
local discovery = call('HMGET', DISCOVERY, 'from', 'ended')
local from = tonumber(discovery[1] or submission)
if not discovery[1] or (discovery[2] and not isFinal) then
  call('DEL', DISCOVERY, SEEN)
  call('HSET', DISCOVERY, 'from', submission)
  from = submission
end

local added, updated, unchanged, gone = 0, 0, 0, 0
local rows = countRows()
local newIds, newNames, newById, newBySince, newMembers = {}, {}, {}, {}, {}
local newTexts, changedTexts, seenBits = {}, {}, {}
local function push(list, ...)
  for index = 1, select('#', ...) do list[#list + 1] = select(index, ...) end
end
local function into(blocks, ord, value)
  local block = blockOf(ord)
  blocks[block] = blocks[block] or {}
  blocks[block][#blocks[block] + 1] = value
end

local function add(id, kind, fingerprint, ownSteps, labels, metadata, body, text)
  local ord = rows
  rows = rows + 1
  local key = candidateKey(ord)
  call('HSET', key, 'v', 1, 'ver', 1, 'id', id, 'status', 'not_started', 'inputs', '{}', 'lastSeen', at,
    'seenIn', submission, 'kind', kind, 'fingerprint', fingerprint, 'ownSteps', ownSteps)
  call('MSET', key .. ':facts', packFacts(labels, metadata), key .. ':body', body)
  push(newIds, id, ord)
  push(newNames, ord, id)
  push(newMembers, idMember(id, ord))
  push(newById, 0, newMembers[#newMembers])
  push(newBySince, 0, packOrd(ord))
  gatherBit('s:not_started', ord, 1)
  gatherBit('seen', ord, 1)
  gatherLabels(ord, labels, 1)
  into(newTexts, ord, textRow(text, ord))
  added = added + 1
  return ord
end

local function refresh(ord, kind, fingerprint, ownSteps, labels, metadata, body, text)
  local key = candidateKey(ord)
  local was = call('HMGET', key, 'fingerprint', 'goneAt')
  call('HINCRBY', key, 'ver', 1)
  if was[1] == fingerprint and not was[2] then
    call('HSET', key, 'lastSeen', at, 'seenIn', submission)
    unchanged = unchanged + 1
    return
  end
  updated = updated + 1
  call('HSET', key, 'lastSeen', at, 'seenIn', submission, 'kind', kind, 'fingerprint', fingerprint, 'ownSteps', ownSteps)
  if was[2] then
    call('HDEL', key, 'goneAt')
    gatherBit('gone', ord, 0)
    gatherBit('seen', ord, 1)
  end
  local labelsBefore = labelsOf(call('GET', key .. ':facts'))
  call('MSET', key .. ':facts', packFacts(labels, metadata), key .. ':body', body)
  if labelsBefore ~= labels then
    gatherLabels(ord, labelsBefore, 0)
    gatherLabels(ord, labels, 1)
    into(changedTexts, ord, { ord, text })
  end
end

local count = takeNumber()
local ids = {}
for index = 1, count do ids[index] = take() end
local ords = count > 0 and call('HMGET', IDS, unpack(ids)) or {}
local addedNow = {}
for index, id in ipairs(ids) do
  local kind, labels, metadata, body, fingerprint, ownSteps, text = take(), take(), take(), take(), take(), take(), take()
  local ord = tonumber(ords[index]) or addedNow[id]
  if ord then refresh(ord, kind, fingerprint, ownSteps, labels, metadata, body, text) else
    ord = add(id, kind, fingerprint, ownSteps, labels, metadata, body, text)
    addedNow[id] = ord
  end
  push(seenBits, 'SET', 'u1', ord, 1)
end

if added > 0 then
  call('HSET', DEF, 'nextOrd', rows)
  -- The engine has runs of them that are to be written back.
  if call('EXISTS', AWAITED) == 1 and call('SREM', AWAITED, unpack(ids)) > 0 then
    call('HDEL', DEF, 'compared', 'comparing', 'repeated')
  end
  call('HSET', IDS, unpack(newIds))
  call('HSET', NAMES, unpack(newNames))
  if not isOrderPacked(rows - added) then packOrder() end
  call('ZADD', BY_ID, unpack(newById))
  addToStretches(packMembers(newMembers), rows)
  call('ZADD', BY_SINCE, unpack(newBySince))
end
if count > 0 then call('BITFIELD', SEEN, unpack(seenBits)) end
for block, texts in pairs(newTexts) do call('APPEND', textBlockKey(block), table.concat(texts)) end
for block, changes in pairs(changedTexts) do
  local changed = {}
  for _, change in ipairs(changes) do changed[encodePlace(change[1])] = change[2] end
  local texts = {}
  for text, place in string.gmatch(call('GET', textBlockKey(block)) or '', '([^\\1]*)\\1(...)\\n') do
    texts[#texts + 1] = (changed[place] or text) .. '\\1' .. place .. '\\n'
  end
  call('SET', textBlockKey(block), table.concat(texts))
end
if next(newTexts) or next(changedTexts) then touchTexts() end

if isFinal then
  call('HSET', DISCOVERY, 'ended', 1)
  local seen = call('GET', SEEN) or ''
  for index = 0, math.floor((rows - 1) / 8) do
    local byte = string.byte(seen, index + 1) or 0
    if byte ~= 255 then
      for ord = index * 8, math.min(index * 8 + 7, rows - 1) do
        if bit.band(byte, bit.rshift(128, ord % 8)) == 0 then
          local key = candidateKey(ord)
          local was = call('HMGET', key, 'goneAt', 'seenIn')
          if not was[1] and tonumber(was[2]) < from then
            call('HSET', key, 'goneAt', at)
            call('HINCRBY', key, 'ver', 1)
            gatherBit('gone', ord, 1)
            gatherBit('seen', ord, 0)
            gone = gone + 1
          end
        end
      end
    end
  end
end
writeBits()
if added > 0 then countDown(nowMs(givenMs)) end
call('EXPIRE', DISCOVERY, KEEP_SECONDS)
call('EXPIRE', SEEN, KEEP_SECONDS)
touch()

local answer = { added, updated, unchanged, gone }
labelState('')
for key, state in pairs(labelStates) do
  if state == 'over' then answer[#answer + 1] = key end
end
return answer
`,
);
