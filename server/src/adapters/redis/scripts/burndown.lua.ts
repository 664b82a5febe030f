import { DAYS_KEPT, HOURS_KEPT_DAYS, TREND_DAYS } from '../../../domain/burndown.ts';
import { defineScript } from '../store-client.ts';
import { MIGRATION_LUA } from './library.lua.ts';

/**
 * Counts over time: `h<hour>` and `d<day>` (since 1970) hold "not_started running completed failing" as they were when
 * last changed in it, `day` the newest of the days. Written where a count changes, so that reading counts nothing.
 */
export const BURNDOWN_LUA = `
local HOUR_MS, HOURS_KEPT_DAYS, DAYS_KEPT, TREND_DAYS = 3600000, ${HOURS_KEPT_DAYS}, ${DAYS_KEPT}, ${TREND_DAYS}
local function hourOf(ms) return math.floor(ms / HOUR_MS) end
local function dayOf(ms) return math.floor(ms / HOUR_MS / 24) end
local function countNow()
  local counts = {}
  for index, facet in ipairs({ 's:not_started', 's:running', 's:completed', 'failing' }) do
    counts[index] = call('BITCOUNT', facetKey(facet))
  end
  return table.concat(counts, ' ')
end
-- Once a day: idle days get the counts of the day before, so that a trend needs no more than its own days.
local function beginDay(day, last)
  local before = call('HGET', BURN, 'd' .. last)
  for idle = math.max(last + 1, day - TREND_DAYS), day - 1 do call('HSETNX', BURN, 'd' .. idle, before) end
  for _, field in ipairs(call('HKEYS', BURN)) do
    local kind, number = string.sub(field, 1, 1), tonumber(string.sub(field, 2))
    if number and (kind == 'h' and number < (day - HOURS_KEPT_DAYS) * 24 or kind == 'd' and number < day - DAYS_KEPT) then
      call('HDEL', BURN, field)
    end
  end
end
local function countDown(now)
  local day, counts = dayOf(now), countNow()
  local last = tonumber(call('HGET', BURN, 'day') or day)
  if day > last then beginDay(day, last) end
  call('HSET', BURN, 'h' .. hourOf(now), counts, 'd' .. day, counts, 'day', math.max(day, last))
end
`;

/**
 * What is kept of the counts over time.
 * KEYS  definition
 * ARGV  time in ms or '' for that of Redis
 * Returns nil for an unknown migration, or time in ms, counts of now, {field, counts, ...}
 */
export const readBurndownScript = defineScript(
  'read-burndown',
  MIGRATION_LUA,
  BURNDOWN_LUA,
  `
if not isKnown() then return nil end
return { msText(nowMs(take())), countNow(), call('HGETALL', BURN) }
`,
);
