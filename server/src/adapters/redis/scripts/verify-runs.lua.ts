import { defineScript } from '../store-client.ts';
import { BURNDOWN_LUA } from './burndown.lua.ts';
import { FAILURES_LUA } from './failures.lua.ts';
import { MIGRATION_LUA } from './library.lua.ts';

/**
 * Rows whose run waits for a person although no failure is known of it, as those that an older version wrote.
 * KEYS  definition
 * ARGV  first row, how many
 * Returns for each: ord, id, run id, order of the last write, run state, step, its position, attempt, since, reason or '',
 *         outcome of the attempt or '', failure class or ''
 */
export const readUnknownFailuresScript = defineScript(
  'read-unknown-failures',
  MIGRATION_LUA,
  `
local first, count = takeNumber(), takeNumber()
local answer = {}
for ord = first, math.min(first + count, countRows()) - 1 do
  local row = call('HMGET', candidateKey(ord), 'id', 'runId', 'runState', 'step', 'stepIndex', 'attempt', 'since',
    'reason', 'who', 'failure')
  local isWaiting = row[3] == 'awaiting_retry' or row[3] == 'compensating'
  if isWaiting and row[9] == 'operator' and not row[10] and row[2] and row[4] and row[5] and row[6] then
    local run = runKey(row[2])
    local attempt = row[5] .. ':' .. (row[3] == 'compensating' and 'compensate' or 'execute') .. ':' .. row[6]
    local of = call('HMGET', run .. ':a', attempt .. ':outcome', attempt .. ':failureClass')
    for _, value in ipairs({ ord, row[1], row[2], call('HGET', run, 'seq') or '', row[3], row[4], row[5], row[6],
      row[7] or '', row[8] or '', of[1] or '', of[2] or '' }) do answer[#answer + 1] = value end
  end
end
return answer
`,
);

/**
 * Writes such a failure, unless the run was written since.
 * KEYS  definition
 * ARGV  ord, run id, order of the last write, since, time in ms or '' for that of Redis, failure as in FAILURES_LUA
 * Returns 1 when it did
 */
export const writeFailureScript = defineScript(
  'write-failure',
  MIGRATION_LUA,
  BURNDOWN_LUA,
  FAILURES_LUA,
  `
local ord, runId, seq, since, givenMs = take(), take(), take(), take(), take()
local row = call('HMGET', candidateKey(ord), 'runId', 'failure')
if row[1] ~= runId or row[2] or call('HGET', runKey(runId), 'seq') ~= seq then return 0 end
if setFailure(ord, runId, false, since, takeFields()) then countDown(nowMs(givenMs)) end
touchCandidate(ord)
return 1
`,
);

/**
 * What the runs of some rows are found by.
 * KEYS  definition
 * ARGV  first row, how many
 * Returns for each run: its id, traceparent or '', address of its last pull request or '', n, the metadata of its attempts
 */
export const readRunNamesScript = defineScript(
  'read-run-names',
  MIGRATION_LUA,
  `
local first, count = takeNumber(), takeNumber()
local answer = {}
for ord = first, math.min(first + count, countRows()) - 1 do
  for _, runId in ipairs(call('ZRANGE', candidateKey(ord) .. ':runs', 0, -1)) do
    local run = runKey(runId)
    local of = call('HMGET', run, 'traceparent', 'prUrl')
    local metadata, fields = {}, call('HGETALL', run .. ':a')
    for index = 1, #fields, 2 do
      if string.sub(fields[index], -9) == ':metadata' then metadata[#metadata + 1] = fields[index + 1] end
    end
    for _, value in ipairs({ runId, of[1] or '', of[2] or '', #metadata }) do answer[#answer + 1] = value end
    for _, value in ipairs(metadata) do answer[#answer + 1] = value end
  end
end
return answer
`,
);

/**
 * KEYS  definition
 * ARGV  1 to mend, then for each: 'traces' or 'prs', member, id of its run
 * Returns what is missing, each as index and member
 */
export const verifyRunNamesScript = defineScript(
  'verify-run-names',
  MIGRATION_LUA,
  `
local mends = take() == '1'
local findings = {}
for _ = 1, (#ARGV - 1) / 3 do
  local index, member, runId = take(), take(), take()
  local key = index == 'traces' and TRACES or PULL_REQUESTS
  -- A claim that was given back since has left its indexes.
  if not call('ZSCORE', key, member) and call('EXISTS', runKey(runId)) == 1 then
    findings[#findings + 1] = index .. ' ' .. member
    if mends then call('ZADD', key, 0, member) end
  end
end
return findings
`,
);
