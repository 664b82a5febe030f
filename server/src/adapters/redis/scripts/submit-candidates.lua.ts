import { defineScript } from '../store-client.ts';
import { LABELS_LUA, MIGRATION_LUA } from './library.lua.ts';

/** One row of the searchable text: text, \1, the ord in control characters (so that no search finds it), newline. */
export const TEXT_LUA = `
local ROWS_PER_BLOCK = 1000
local function encodeOrd(ord)
  return (string.gsub(string.format('%d', ord), '.', function(digit) return string.char(string.byte(digit) - 32) end))
end
local function decodeOrd(encoded)
  return tonumber((string.gsub(encoded, '.', function(code) return string.char(string.byte(code) + 32) end)))
end
local function textRow(text, ord) return text .. '\\1' .. encodeOrd(ord) .. '\\n' end
`;

/**
 * Merges what a discovery saw. Never touches status, run or inputs of a known candidate.
 * KEYS  definition
 * ARGV  at, discovery id, 1 when this ends the discovery, n, then for each candidate: id, kind, labels, metadata JSON,
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
  TEXT_LUA,
  `
if not isKnown() then return nil end
local at, discoveryId, isFinal = take(), take(), take() == '1'
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
local newTexts, changedTexts = {}, {}
local function into(blocks, ord, value)
  local block = math.floor(ord / ROWS_PER_BLOCK)
  blocks[block] = blocks[block] or {}
  blocks[block][#blocks[block] + 1] = value
end

local function add(id, facts, labels, body, text)
  local ord = call('HINCRBY', DEF, 'nextOrd', 1) - 1
  local key = candidateKey(ord)
  call('HSET', IDS, id, ord)
  call('HSET', key, 'v', 1, 'ver', 1, 'id', id, 'status', 'not_started', 'inputs', '{}',
    'lastSeen', at, 'seenIn', submission, unpack(facts))
  call('SET', key .. ':body', body)
  call('ZADD', BY_ID, 0, idMember(id, ord))
  call('ZADD', BY_SINCE, 0, sinceMember(ord))
  setFacet('s:not_started', ord, 1)
  setFacet('seen', ord, 1)
  indexLabels(ord, labels)
  into(newTexts, ord, textRow(text, ord))
  added = added + 1
  return ord
end

local function refresh(ord, fingerprint, facts, labels, body, text)
  local key = candidateKey(ord)
  local was = call('HMGET', key, 'fingerprint', 'labels', 'goneAt')
  call('HSET', key, 'lastSeen', at, 'seenIn', submission)
  call('HINCRBY', key, 'ver', 1)
  if was[3] then
    call('HDEL', key, 'goneAt')
    setFacet('gone', ord, 0)
    setFacet('seen', ord, 1)
  elseif was[1] == fingerprint then
    unchanged = unchanged + 1
    return
  end
  updated = updated + 1
  call('HSET', key, unpack(facts))
  call('SET', key .. ':body', body)
  if was[2] ~= labels then
    unindexLabels(ord, was[2])
    indexLabels(ord, labels)
    into(changedTexts, ord, { ord, text })
  end
end

for _ = 1, takeNumber() do
  local id, kind, labels, metadata, body, fingerprint, ownSteps, text =
    take(), take(), take(), take(), take(), take(), take(), take()
  local facts = { 'kind', kind, 'labels', labels, 'metadata', metadata, 'fingerprint', fingerprint, 'ownSteps', ownSteps }
  local ord = tonumber(call('HGET', IDS, id))
  if ord then refresh(ord, fingerprint, facts, labels, body, text)
  else ord = add(id, facts, labels, body, text) end
  call('SETBIT', SEEN, ord, 1)
end

for block, rows in pairs(newTexts) do call('APPEND', textBlockKey(block), table.concat(rows)) end
for block, changes in pairs(changedTexts) do
  local changed = {}
  for _, change in ipairs(changes) do changed[encodeOrd(change[1])] = change[2] end
  local rows = {}
  for text, ord in string.gmatch(call('GET', textBlockKey(block)) or '', '([^\\1]*)\\1([^\\n]*)\\n') do
    rows[#rows + 1] = (changed[ord] or text) .. '\\1' .. ord .. '\\n'
  end
  call('SET', textBlockKey(block), table.concat(rows))
end

if isFinal then
  call('HSET', DISCOVERY, 'ended', 1)
  local seen, rows = call('GET', SEEN) or '', countRows()
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
            setFacet('gone', ord, 1)
            setFacet('seen', ord, 0)
            gone = gone + 1
          end
        end
      end
    end
  end
end
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
