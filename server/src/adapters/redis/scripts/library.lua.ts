import { MIGRATION_KEYS_LUA } from '../keys.ts';

/**
 * What the scripts of one migration share. KEYS[1]: the definition hash. ARGV is read in order by `take`: flat texts
 * with counts before lists, so that Lua parses no JSON.
 * Strings are never compared by `<`, which follows the locale of Redis.
 */
export const MIGRATION_LUA = `
${MIGRATION_KEYS_LUA}
local call = redis.call
local taken = 0
local function take() taken = taken + 1; return ARGV[taken] end
local function takeNumber() return tonumber(take()) end
-- Fields and values, as HSET wants them; few enough for unpack.
local function takeFields()
  local fields = {}
  for index = 1, takeNumber() do fields[index] = take() end
  return fields
end

local function isKnown() return call('HEXISTS', DEF, 'json') == 1 end
local function touch() call('HINCRBY', DEF, 'ver', '1') end
local function touchCandidate(ord) call('HINCRBY', candidateKey(ord), 'ver', '1'); touch() end
local function countRows() return tonumber(call('HGET', DEF, 'nextOrd') or '0') end

-- An empty value removes the field. One command for all, here and elsewhere: Redis writes each down by itself.
local function writeFields(key, fields)
  local set, removed = {}, {}
  for index = 1, #fields, 2 do
    if fields[index + 1] == '' then removed[#removed + 1] = fields[index] else
      set[#set + 1] = fields[index]
      set[#set + 1] = fields[index + 1]
    end
  end
  if #set > 0 then call('HSET', key, unpack(set)) end
  if #removed > 0 then call('HDEL', key, unpack(removed)) end
end

local function setFacet(facet, ord, bit) call('SETBIT', facetKey(facet), ord, bit) end
local function hasOpenRun(ord) return call('GETBIT', facetKey('open'), ord) == 1 end

-- Status and run state with their bitmaps; '' is no run state. A lost run is over, but its state stays to be seen.
-- Gives what was: status, run state, fingerprint of the failure that the run waited with.
local function move(ord, status, runState, isOpen)
  local key = candidateKey(ord)
  local was = call('HMGET', key, 'status', 'runState', 'failure')
  if was[1] ~= status then
    if was[1] then setFacet('s:' .. was[1], ord, 0) end
    setFacet('s:' .. status, ord, 1)
    call('HSET', key, 'status', status)
  end
  local wasState = was[2] or ''
  if wasState ~= runState then
    if wasState ~= '' then setFacet('r:' .. wasState, ord, 0) end
    if runState == '' then call('HDEL', key, 'runState') else
      setFacet('r:' .. runState, ord, 1)
      call('HSET', key, 'runState', runState)
    end
  end
  if hasOpenRun(ord) ~= isOpen then setFacet('open', ord, isOpen and 1 or 0) end
  return was
end

-- Who must act, with its bitmaps; '' is nobody who was named.
local function setWho(ord, who)
  local key = candidateKey(ord)
  local was = call('HGET', key, 'who') or ''
  if was == who then return end
  if was ~= '' then setFacet('w:' .. was, ord, 0) end
  if who == '' then call('HDEL', key, 'who') else
    setFacet('w:' .. who, ord, 1)
    call('HSET', key, 'who', who)
  end
end

local function setSince(ord, since, sinceMs)
  local isFirst = call('HSET', candidateKey(ord), 'since', since, 'sinceMs', sinceMs) > 0
  if isFirst then setFacet('timed', ord, 1) end
  call('ZADD', BY_SINCE, sinceMs, packOrd(ord))
end

-- One event: dedupe key or '', its run or '', its candidate or '', time, JSON. Gives its time, unless it was there.
local function appendEvent()
  local key, runId, candidateId, at, json = take(), take(), take(), take(), take()
  if key ~= '' and runId ~= '' and call('SADD', runKey(runId) .. ':keys', key) == 0 then return nil end
  local id = call('XADD', EVENTS, '*', 'e', json)
  if candidateId ~= '' then call('XADD', candidateEventsKey(candidateId), id, 'e', '') end
  if runId ~= '' then call('XADD', runKey(runId) .. ':events', id, 'e', '') end
  return at
end
local function appendEvents(count)
  local lastAt
  for _ = 1, count or takeNumber() do lastAt = appendEvent() or lastAt end
  if lastAt and isKnown() then call('HSET', DEF, 'lastActivityAt', lastAt) end
end
local function skipEvents() for _ = 1, takeNumber() * 5 do take() end end

-- Milliseconds of Redis, or what a test gives.
local function nowMs(given)
  local time = call('TIME')
  return tonumber(given) or time[1] * 1000 + math.floor(time[2] / 1000)
end
-- Lua would write it as 1.7e12.
local function msText(ms) return string.format('%.0f', ms) end

-- Items of a JSON array: labels, and behind a carriage return, which no JSON string has, the metadata.
local function packFacts(labels, metadata) return labels .. '\\r,' .. metadata end
local function labelsOf(facts) return string.match(facts, '^[^\\r]*') end

-- The candidate's ord when this run is its newest and is not over, else false; and its seq and pull request so far.
local function ordOfCurrentRun(candidateId, runId)
  local ord = call('HGET', IDS, candidateId)
  if not ord or call('HGET', candidateKey(ord), 'runId') ~= runId then return false end
  local run = call('HMGET', runKey(runId), 'candidateId', 'endedAt', 'seq', 'prUrl')
  if run[1] ~= candidateId or run[2] then return false end
  return ord, run[3], run[4]
end
`;

/**
 * Labels and their bitmaps, for many rows at once: bits are gathered, and one command writes those of one facet.
 * A key with more than 500 values loses its index until the indexes are rebuilt.
 */
export const LABELS_LUA = `
local MAX_VALUES, BITS_PER_COMMAND = 500, 1000
local labelStates
local function labelState(key)
  if not labelStates then
    labelStates = {}
    local all = call('HGETALL', LABEL_KEYS)
    for index = 1, #all, 2 do labelStates[all[index]] = all[index + 1] end
  end
  return labelStates[key]
end
local function setLabelState(key, state)
  labelState(key)
  labelStates[key] = state
  if state then call('HSET', LABEL_KEYS, key, state) else call('HDEL', LABEL_KEYS, key) end
end
local function dropLabelIndex(key)
  for _, value in ipairs(call('SMEMBERS', labelValuesKey(key))) do
    call('DEL', facetKey(labelFacet(key, value)))
  end
  call('DEL', labelValuesKey(key))
end
-- As JSON strings; behind a key is a tab, and behind a value a newline.
local function eachLabel(labels) return string.gmatch(labels, '("[^\\t]*)\\t:([^\\n]*)\\n') end
local function isIndexed(key)
  local state = labelState(key)
  return state == 'ready' or state == 'building'
end

local gathered, touched = {}, {}
local function gatherBit(facet, ord, bit)
  local operations = gathered[facet]
  if not operations then
    operations = {}
    gathered[facet] = operations
  end
  operations[#operations + 1] = ord
  operations[#operations + 1] = bit
end
local function gatherLabels(ord, labels, bit)
  for key, value in eachLabel(labels) do
    if isIndexed(key) then
      touched[key] = touched[key] or {}
      touched[key][value] = true
      gatherBit(labelFacet(key, value), ord, bit)
    end
  end
end
local function writeBits()
  for facet, operations in pairs(gathered) do
    for from = 1, #operations, 2 * BITS_PER_COMMAND do
      local arguments = {}
      for index = from, math.min(from + 2 * BITS_PER_COMMAND, #operations + 1) - 1, 2 do
        local at = #arguments
        arguments[at + 1], arguments[at + 2] = 'SET', 'u1'
        arguments[at + 3], arguments[at + 4] = operations[index], operations[index + 1]
      end
      call('BITFIELD', facetKey(facet), unpack(arguments))
    end
  end
  for key, values in pairs(touched) do
    local kept = labelValuesKey(key)
    for value in pairs(values) do
      local facet = facetKey(labelFacet(key, value))
      if call('BITCOUNT', facet) > 0 then call('SADD', kept, value) else
        call('DEL', facet)
        call('SREM', kept, value)
      end
    end
    if call('SCARD', kept) > MAX_VALUES then
      dropLabelIndex(key)
      setLabelState(key, 'over')
    end
  end
  gathered, touched = {}, {}
end
`;
