import { defineScript } from '../store-client.ts';
import { BURNDOWN_LUA } from './burndown.lua.ts';
import { FAILURES_LUA } from './failures.lua.ts';
import { MIGRATION_LUA } from './library.lua.ts';

/** Its run is found by it, as owner/repo#42 and by the host of its forge; `readPullRequest` reads the same addresses. */
const FIND_BY_PULL_REQUEST_LUA = `
local PULL_REQUEST_PATHS = { '/(.+)/pulls?/(%d+)', '/(.+)/%-/merge_requests/(%d+)', '/(.+)/pull%-requests/(%d+)' }
local function indexPullRequest(url, runId)
  local host, path = string.match(string.lower(url), '^https?://([^/?#]+)([^?#]*)')
  for _, pattern in ipairs(PULL_REQUEST_PATHS) do
    local repository, number = string.match(path or '', '^' .. pattern)
    if repository then
      call('ZADD', PULL_REQUESTS, 0, repository .. '#' .. number .. '\\0' .. host .. '\\0' .. runId)
      return
    end
  end
end
`;

const PROJECT_LUA = `
local REPORT_FIELDS = { 'message', 'metadata', 'outputs', 'failureClass' }
-- What was staged, of a callback, or given by a person who skips the step.
local function readReport(REPORTS, attempt, id)
  local names = { attempt .. '|prUrl|' .. id }
  for _, field in ipairs(REPORT_FIELDS) do
    names[#names + 1] = attempt .. '|' .. field .. '|' .. id
    names[#names + 1] = 'skip|' .. field .. '|' .. id
  end
  local values = call('HMGET', REPORTS, unpack(names))
  local report = { prUrl = values[1] }
  for index = 1, #REPORT_FIELDS do report[index] = values[2 * index] or values[2 * index + 1] end
  return report
end
local function project()
  local candidateId, runId, seq, at, givenMs, isOver = take(), take(), take(), take(), take(), take() == '1'
  local ord, knownSeq, knownPrUrl = ordOfCurrentRun(candidateId, runId)
  if not ord then return 'not-claimed' end
  local run, key = runKey(runId), candidateKey(ord)
  if tonumber(seq) < tonumber(knownSeq) then return 'stale' end

  local status, runState, since, sinceMs = take(), take(), take(), take()
  local was = move(ord, status, runState, not isOver)
  local isFailingChanged = setFailure(ord, runId, was[3], since, takeFields())
  if was[1] ~= status or isFailingChanged then countDown(nowMs(givenMs)) end
  setSince(ord, since, sinceMs)
  setWho(ord, take())
  writeFields(key, takeFields())
  call('HSET', run, 'seq', seq, 'projectedAt', at)

  local version, inputs = take(), take()
  if version ~= '' then
    call('HSET', run, 'inputs', inputs, 'inputsVersion', version)
    call('HSET', run .. ':inputs', version, inputs)
    call('HSET', key, 'inputs', inputs)
  end

  local ATTEMPTS, REPORTS = run .. ':a', run .. ':reports'
  for _ = 1, takeNumber() do
    local attempt, line, number, reportId, changes = take(), take(), takeNumber(), take(), {}
    local function change(field, value)
      changes[#changes + 1] = field
      changes[#changes + 1] = value
    end
    local isNew = number > tonumber(call('HGET', ATTEMPTS, line) or '0')
    if isNew then change(line, number) end
    if reportId ~= '' then
      local report = readReport(REPORTS, attempt, reportId)
      for index, field in ipairs(REPORT_FIELDS) do
        if report[index] then change(attempt .. ':' .. field, report[index]) end
      end
      if report.prUrl then call('HSET', key, 'prUrl', report.prUrl) end
    end
    local fields = takeFields()
    for index = 1, #fields, 2 do
      -- A write that is repeated, such as by an engine that takes over, is no beginning: dials were counted since.
      if isNew or fields[index] ~= 'dials' then change(attempt .. ':' .. fields[index], fields[index + 1]) end
    end
    if #changes > 0 then call('HSET', ATTEMPTS, unpack(changes)) end
  end
  local prUrl = call('HGET', key, 'prUrl')
  if prUrl and prUrl ~= knownPrUrl then
    call('HSET', run, 'prUrl', prUrl)
    indexPullRequest(prUrl, runId)
  end

  local outcome, reason = take(), take()
  if isOver then
    writeFields(run, { 'endedAt', at, 'outcome', outcome, 'reason', reason })
    -- What was taken over is in the attempts; that a callback was accepted stays known.
    call('DEL', REPORTS)
  end
  touchCandidate(ord)
  appendEvents()
  return 'applied'
end
`;

/**
 * The only writer of status and run state: the whole view of a run, with what changed of its attempts.
 * KEYS  definition
 * ARGV  candidate id, run id, seq, at, time in ms or '' for that of Redis, 1 when the run is over,
 *       status, run state or '', since, since in ms, failure as in FAILURES_LUA,
 *       who must act or '', n fields of the candidate with values ('' removes),
 *       version of new inputs or '', their JSON,
 *       n attempts, each: key, '<step>:<phase>', number, event id of the report or '', n fields with values,
 *       outcome, reason or '', n events
 * Returns 'applied', 'stale' or 'not-claimed'
 */
export const projectRunScript = defineScript(
  'project-run',
  MIGRATION_LUA,
  FIND_BY_PULL_REQUEST_LUA,
  BURNDOWN_LUA,
  FAILURES_LUA,
  PROJECT_LUA,
  'return project()',
);

const LOAD_LUA = `
local function loadMaterial()
  local runId, candidateId, attemptName, before, isToDial, listener = take(), take(), take(), take(), take() == '1', take()
  local run = runKey(runId)
  local ATTEMPTS = run .. ':a'
  local kept = call('HMGET', run, 'candidateId', 'inputsVersion', 'traceparent', 'stepCount', 'inputs')
  if kept[1] ~= candidateId then return nil end
  -- A redelivery carries what its attempt was first given, however often the inputs changed since.
  local version = call('HGET', ATTEMPTS, attemptName .. ':inputsVersion') or kept[2]
  local inputs = version ~= kept[2] and call('HGET', run .. ':inputs', version) or kept[5]
  local fields = takeFields()
  for index, field in ipairs(fields) do fields[index] = before .. ':' .. field end

  -- The newest attempt of each step decides: outputs of an attempt that did not succeed are nobody's.
  local lines, names, steps, outputs = {}, {}, {}, {}
  for step = 1, tonumber(kept[4]) do lines[step] = step - 1 .. ':execute' end
  local newest = call('HMGET', ATTEMPTS, unpack(lines))
  for step = 1, #lines do
    if newest[step] then
      local name = lines[step] .. ':' .. newest[step]
      names[#names + 1], names[#names + 2] = name .. ':outcome', name .. ':outputs'
      steps[#steps + 1] = step - 1
    end
  end
  local ended = #names > 0 and call('HMGET', ATTEMPTS, unpack(names)) or {}
  for index, step in ipairs(steps) do
    local outcome, given = ended[2 * index - 1], ended[2 * index]
    if given and (outcome == 'succeeded' or outcome == 'merged' or outcome == 'skipped') then
      outputs[#outputs + 1] = step
      outputs[#outputs + 1] = given
    end
  end
  local REPORTS = run .. ':reports'
  local signal = call('HGET', REPORTS, attemptName .. '|signal') or ''
  if signal == '' and listener ~= '' then call('HSET', REPORTS, attemptName .. '|listener', listener) end
  local DIALS = attemptName .. ':dials'
  local dials = call('HGET', ATTEMPTS, DIALS) or ''
  if isToDial and dials ~= '' then dials = call('HINCRBY', ATTEMPTS, DIALS, 1) end
  local beforeValues = #fields > 0 and call('HMGET', ATTEMPTS, unpack(fields)) or {}
  return { inputs, version, kept[3] or '', beforeValues, outputs, signal, dials }
end
`;

/**
 * What a dispatch carries besides the manifest, in one go.
 * KEYS  definition
 * ARGV  run id, candidate id, key of the attempt, key of the attempt before, 1 when a worker is about to be dialled,
 *       channel of the listener or '', n its fields
 * Returns nil for an unknown run, else inputs of the attempt, their version, traceparent or '',
 *         values of the fields of the attempt before, {step, outputs JSON, ...}, signal of its report or '',
 *         how often it may have been given to a worker or ''
 */
export const loadDispatchScript = defineScript(
  'load-dispatch',
  MIGRATION_LUA,
  LOAD_LUA,
  'return loadMaterial()',
);

/**
 * Both, so that a dispatch has what it carries with its own write, in one round trip and in this order also where Redis
 * has forgotten its scripts.
 * KEYS  definition
 * ARGV  those of the one, then those of the other
 * Returns {'stale'}, {'not-claimed'} or {'applied', what the other returns}
 */
export const projectAndLoadScript = defineScript(
  'project-and-load',
  MIGRATION_LUA,
  FIND_BY_PULL_REQUEST_LUA,
  BURNDOWN_LUA,
  FAILURES_LUA,
  PROJECT_LUA,
  LOAD_LUA,
  `
local outcome = project()
if outcome ~= 'applied' then return { outcome } end
return { outcome, loadMaterial() }
`,
);

/**
 * A dial gave the attempt to nobody.
 * KEYS  definition
 * ARGV  run id, key of the attempt
 * Returns 1 when no dial is left that may have given it to somebody, else 0
 */
export const takeBackDialScript = defineScript(
  'take-back-dial',
  MIGRATION_LUA,
  `
local ATTEMPTS, DIALS = runKey(take()) .. ':a', take() .. ':dials'
if tonumber(call('HGET', ATTEMPTS, DIALS) or '0') < 1 then return 0 end
return call('HINCRBY', ATTEMPTS, DIALS, -1) == 0 and 1 or 0
`,
);

/**
 * What a worker's acceptance changes. From then on callbacks are not handed over; what came before is in the answer.
 * KEYS  definition
 * ARGV  those of `projectRunScript`, run id, key of the attempt
 * Returns {what the other returns, signal of its report or ''}
 */
export const projectAcceptedScript = defineScript(
  'project-accepted',
  MIGRATION_LUA,
  FIND_BY_PULL_REQUEST_LUA,
  BURNDOWN_LUA,
  FAILURES_LUA,
  PROJECT_LUA,
  `
local outcome = project()
if outcome ~= 'applied' then return { outcome, '' } end
local REPORTS, attempt = runKey(take()) .. ':reports', take()
call('HDEL', REPORTS, attempt .. '|listener')
return { outcome, call('HGET', REPORTS, attempt .. '|signal') or '' }
`,
);
