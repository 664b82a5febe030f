import { defineScript } from '../store-client.ts';
import { MIGRATION_LUA } from './library.lua.ts';

/** What a claim overwrites of the candidate and a release gives back; kept in the run meanwhile. */
const BEFORE_LUA = `
local BEFORE = { 'runState', 'runId', 'runSteps', 'step', 'stepIndex', 'attempt', 'since', 'sinceMs', 'who', 'reason', 'prUrl', 'inputs' }
-- What a run is found by, when its start belonged to a trace.
local function traceMember(run, runId)
  local traceparent = call('HGET', run, 'traceparent')
  return traceparent and string.sub(traceparent, 4, 35) .. '\\0' .. runId
end
`;

/**
 * The gate of a start: one claim wins. Claiming again for the same run is a success, since an answer can be lost.
 * KEYS  definition
 * ARGV  candidate id, run id, at, at in ms, time in ms or '' for that of Redis, inputs JSON, manifest JSON, step count,
 *       id of the run that is rolled back or '', n fields of the run with values, n events
 * Returns 'claimed' or why not; an error for the id of a run that is over, since ids fence
 */
export const claimRunScript = defineScript(
  'claim-run',
  MIGRATION_LUA,
  BEFORE_LUA,
  `
local candidateId, runId, at, atMs, givenMs, inputs, manifest, stepCount, after =
  take(), take(), take(), takeNumber(), take(), take(), take(), take(), take()
local ord = call('HGET', IDS, candidateId)
if not ord then return 'not-found' end
local key = candidateKey(ord)
local was = call('HMGET', key, 'status', 'runState', 'goneAt', 'runId')
if hasOpenRun(ord) then
  if was[4] == runId then return 'claimed' end
  -- A cancel that was asked for is said before the engine has shown it.
  local asked = call('HMGET', runKey(was[4]), 'cancelRequestedAt', 'undoRequested')
  local isCancelled = was[2] == 'cancelling' or asked[1] or (asked[2] and after == '')
  return isCancelled and 'cancelling' or 'run-open'
end
if after ~= '' then
  -- Another run was started and ended since the rollback was decided on.
  if was[4] ~= after then return 'run-open' end
elseif was[1] == 'completed' then return 'already-completed'
elseif was[3] then return 'candidate-gone' end

local run = runKey(runId)
if call('EXISTS', run) == 1 then return redis.error_reply('ERR run ' .. runId .. ' was claimed before') end
for _, field in ipairs(BEFORE) do
  local value = call('HGET', key, field)
  if value then call('HSET', run, 'before:' .. field, value) end
end
call('HSET', run, 'v', 1, 'candidateId', candidateId, 'startedAt', at, 'claimedMs', msText(nowMs(givenMs)), 'seq', -1,
  'inputs', inputs, 'inputsVersion', 1, 'stepCount', stepCount, unpack(takeFields()))
call('SET', run .. ':manifest', manifest)
local traced = traceMember(run, runId)
if traced then call('ZADD', TRACES, 0, traced) end
call('HSET', run .. ':inputs', 1, inputs)
call('ZADD', key .. ':runs', call('ZCARD', key .. ':runs') + 1, runId)

call('HDEL', key, 'step', 'stepIndex', 'attempt', 'reason', 'prUrl', 'pauseRequested', 'heldBy')
call('HSET', key, 'runId', runId, 'runSteps', stepCount, 'inputs', inputs)
setWho(ord, 'nobody')
setSince(ord, at, atMs)
move(ord, was[1], 'queued', true)
touchCandidate(ord)
appendEvents()
return 'claimed'
`,
);

/**
 * Undoes a claim whose workflow could not be started: the run is as if it had never been, its events stay.
 * KEYS  definition
 * ARGV  candidate id, run id, n events
 * Returns 1 when it did, 0 when the run is running, over, or not there
 */
export const releaseClaimScript = defineScript(
  'release-claim',
  MIGRATION_LUA,
  BEFORE_LUA,
  `
local candidateId, runId = take(), take()
local ord = ordOfCurrentRun(candidateId, runId)
local run = runKey(runId)
if not ord or call('HGET', run, 'seq') ~= '-1' then return 0 end
local key = candidateKey(ord)
move(ord, call('HGET', key, 'status'), call('HGET', run, 'before:runState') or '', false)
setWho(ord, call('HGET', run, 'before:who') or '')
for _, field in ipairs(BEFORE) do
  local value = call('HGET', run, 'before:' .. field)
  if value then call('HSET', key, field, value) else call('HDEL', key, field) end
end
local sinceMs = call('HGET', run, 'before:sinceMs')
call('ZADD', BY_SINCE, sinceMs or 0, packOrd(ord))
if not sinceMs then setFacet('timed', ord, 0) end
call('ZREM', key .. ':runs', runId)
local traced = traceMember(run, runId)
if traced then call('ZREM', TRACES, traced) end
appendEvents()
call('DEL', run, run .. ':manifest', run .. ':inputs', run .. ':a', run .. ':cb', run .. ':reports', run .. ':keys')
touchCandidate(ord)
return 1
`,
);

/**
 * Replaces the stored inputs while no run is claimed or open.
 * KEYS  definition
 * ARGV  candidate id, inputs JSON, what they are to replace or '' for whatever is there, n events
 * Returns 'stored', 'changed', 'run-open' or 'not-found'
 */
export const setInputsScript = defineScript(
  'set-inputs',
  MIGRATION_LUA,
  `
local candidateId, inputs, was = take(), take(), take()
local ord = call('HGET', IDS, candidateId)
if not ord then return 'not-found' end
if hasOpenRun(ord) then return 'run-open' end
if was ~= '' and (call('HGET', candidateKey(ord), 'inputs') or '{}') ~= was then return 'changed' end
call('HSET', candidateKey(ord), 'inputs', inputs)
touchCandidate(ord)
appendEvents()
return 'stored'
`,
);

/**
 * Notes when a person first asked to cancel; writes no state.
 * KEYS  definition
 * ARGV  candidate id, run id, at, time in ms or '' for that of Redis
 */
export const noteCancelRequestScript = defineScript(
  'note-cancel-request',
  MIGRATION_LUA,
  `
local candidateId, runId, at, givenMs = take(), take(), take(), take()
if not ordOfCurrentRun(candidateId, runId) then return end
call('HSETNX', runKey(runId), 'cancelRequestedAt', at)
call('HSETNX', runKey(runId), 'cancelRequestedMs', msText(nowMs(givenMs)))
`,
);

/**
 * Notes that a person asked to undo an open run; writes no state.
 * KEYS  definition
 * ARGV  candidate id, run id
 */
export const noteUndoRequestScript = defineScript(
  'note-undo-request',
  MIGRATION_LUA,
  `
local candidateId, runId = take(), take()
if ordOfCurrentRun(candidateId, runId) then call('HSET', runKey(runId), 'undoRequested', 1) end
`,
);

/**
 * Keeps outputs for the skip of a step.
 * KEYS  definition
 * ARGV  candidate id, run id, id, outputs JSON
 */
export const stageOutputsScript = defineScript(
  'stage-outputs',
  MIGRATION_LUA,
  `
local candidateId, runId, id, outputs = take(), take(), take(), take()
if ordOfCurrentRun(candidateId, runId) then
  call('HSET', runKey(runId) .. ':reports', 'skip|outputs|' .. id, outputs)
end
`,
);
