import { defineScript } from '../store-client.ts';
import { WORKER_LUA } from './worker-library.lua.ts';

/**
 * KEYS  app
 * ARGV  time, instance id, JSON of who drains it and why, event JSON
 * Returns false when the instance is not known or has withdrawn, else 1 when it is new, and the JSON that holds: the first
 */
export const drainInstanceScript = defineScript(
  'drain-instance',
  WORKER_LUA,
  `
local id, json, event = take(), take(), take()
local key = instanceKey(id)
local kept = call('HMGET', key, 'url', 'withdrawnAt', 'drain')
if not kept[1] or kept[2] then return false end
if kept[3] then return { 0, kept[3] } end
call('HSET', key, 'drain', json, 'drainedFrom', asText(NOW))
logWorkerEvent(event)
return { 1, json }
`,
);

/**
 * KEYS  app
 * ARGV  time, instance id, event JSON
 * Returns false when the instance is not known or has withdrawn, else 1 when it drained
 */
export const resumeInstanceScript = defineScript(
  'resume-instance',
  WORKER_LUA,
  `
local id, event = take(), take()
local kept = call('HMGET', instanceKey(id), 'url', 'withdrawnAt')
if not kept[1] or kept[2] then return false end
if call('HDEL', instanceKey(id), 'drain', 'drainedFrom') == 0 then return 0 end
logWorkerEvent(event)
return 1
`,
);

/**
 * KEYS  app
 * ARGV  time, instance id, migration id, JSON of the findings
 */
export const keepFindingsScript = defineScript(
  'keep-findings',
  WORKER_LUA,
  `
local id, migrationId, json = take(), take(), take()
if call('EXISTS', instanceKey(id)) == 1 then call('HSET', notesKey(id), 'f:' .. migrationId, json) end
`,
);

/**
 * KEYS  app
 * ARGV  time, url, latency in ms or '', error or ''
 */
export const noteDialsScript = defineScript(
  'note-dials',
  WORKER_LUA,
  `
local NOTES_KEPT_MS, WEIGHT = 604800000, 0.3
local url, latency, problem = take(), take(), take()
local key = dialNotesKey(url)
if latency ~= '' then
  local mean = tonumber(call('HGET', key, 'latencyMs') or latency)
  call('HSET', key, 'latencyMs', string.format('%.1f', mean + (tonumber(latency) - mean) * WEIGHT))
end
if problem ~= '' then call('HSET', key, 'error', problem, 'errorAt', asText(NOW)) end
call('PEXPIRE', key, NOTES_KEPT_MS)
`,
);
