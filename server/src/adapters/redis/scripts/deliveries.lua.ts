import { defineScript } from '../store-client.ts';

/**
 * Appends deliveries of one migration, and forgets those that are too old or too many. Summary and messages have the
 * same id in their streams.
 * KEYS  summaries, messages, then for each delivery the index of its run, or summaries for none
 * ARGV  ms to keep, how many to keep, then for each delivery: its summary and its messages as JSON
 * Returns the id of each in the stream
 */
export const appendDeliveriesScript = defineScript(
  'append-deliveries',
  `
local call = redis.call
local SUMMARIES, MESSAGES = KEYS[1], KEYS[2]
local keptMs, mostKept = tonumber(ARGV[1]), ARGV[2]
local MOST_OF_A_RUN = 2000
local ids = {}
for index = 1, #KEYS - 2 do
  local id = call('XADD', SUMMARIES, '*', 'd', ARGV[1 + 2 * index])
  call('XADD', MESSAGES, id, 'm', ARGV[2 + 2 * index])
  local runIndex = KEYS[2 + index]
  if runIndex ~= SUMMARIES then
    call('XADD', runIndex, 'MAXLEN', '~', MOST_OF_A_RUN, id, 'd', '')
    call('PEXPIRE', runIndex, keptMs)
  end
  ids[index] = id
end
local time = call('TIME')
local oldest = string.format('%.0f', math.max(0, time[1] * 1000 + math.floor(time[2] / 1000) - keptMs))
for _, stream in ipairs({ SUMMARIES, MESSAGES }) do
  call('XTRIM', stream, 'MINID', oldest)
  call('XTRIM', stream, 'MAXLEN', mostKept)
  call('PEXPIRE', stream, keptMs)
end
return ids
`,
);
