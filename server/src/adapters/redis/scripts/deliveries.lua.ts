import { defineScript } from '../store-client.ts';

/**
 * Appends deliveries of one migration, and forgets those that are too old or too many. Summary and messages have the
 * same id in their streams.
 * KEYS  summaries, messages, how long all messages are, then for each delivery the index of its run, or summaries for none
 * ARGV  ms to keep, how many to keep, how many bytes of messages to keep, then for each delivery: its id, its run or '', its
 *       summary and its messages as JSON
 * Returns {the id of each in the stream...}, {of what was forgotten: id, id in the stream, ...}
 */
export const appendDeliveriesScript = defineScript(
  'append-deliveries',
  `
local call = redis.call
local SUMMARIES, MESSAGES, BYTES = KEYS[1], KEYS[2], KEYS[3]
local keptMs, mostKept, mostBytes = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local MOST_OF_A_RUN = 2000
local ids, bytes = {}, tonumber(call('GET', BYTES) or '0')
for index = 1, #KEYS - 3 do
  local at = 4 * index
  local id = call('XADD', SUMMARIES, '*', 'd', ARGV[at + 2], 'i', ARGV[at], 'r', ARGV[at + 1])
  call('XADD', MESSAGES, id, 'm', ARGV[at + 3])
  bytes = bytes + #ARGV[at + 3]
  local runIndex = KEYS[3 + index]
  if runIndex ~= SUMMARIES then
    call('XADD', runIndex, 'MAXLEN', '~', MOST_OF_A_RUN, id, 'd', '')
    call('PEXPIRE', runIndex, keptMs)
  end
  ids[index] = id
end
local time = call('TIME')
-- An index that is empty would take 4 KB still.
local function leaveRun(runId, id)
  local index = string.gsub(SUMMARIES, 'deliveries$', 'run:' .. string.gsub(runId, '%%', '%%%%') .. ':deliveries')
  call('XDEL', index, id)
  if call('XLEN', index) == 0 then call('DEL', index) end
end
local forgotten = {}
local oldestMs = time[1] * 1000 + math.floor(time[2] / 1000) - keptMs
while true do
  local first = call('XRANGE', SUMMARIES, '-', '+', 'COUNT', 1)[1]
  local isTooOld = first and tonumber(string.match(first[1], '^%d+')) < oldestMs
  if not first or not (isTooOld or bytes > mostBytes or call('XLEN', SUMMARIES) > mostKept) then break end
  local entry = call('XRANGE', MESSAGES, first[1], first[1])[1]
  -- Messages that were not counted, as those of an older version, do not count when they go either.
  bytes = math.max(0, bytes - (entry and #entry[2][2] or 0))
  call('XDEL', SUMMARIES, first[1])
  call('XDEL', MESSAGES, first[1])
  local _, _, _, id, _, runId = unpack(first[2])
  if runId and runId ~= '' then leaveRun(runId, first[1]) end
  if id then
    forgotten[#forgotten + 1] = id
    forgotten[#forgotten + 1] = first[1]
  end
end
call('SET', BYTES, string.format('%.0f', bytes))
for _, key in ipairs({ SUMMARIES, MESSAGES, BYTES }) do call('PEXPIRE', key, keptMs) end
return { ids, forgotten }
`,
);
