import { MAX_FAILURES } from '../../../domain/failure.ts';
import { defineScript } from '../store-client.ts';
import { BITS_LUA } from './bits.lua.ts';
import { MIGRATION_LUA } from './library.lua.ts';

/**
 * What runs wait for a person with. `f:<fingerprint>` is there while one run does: the step, the class, since when, and
 * the newest attempt that failed so. A failure is given as fields: none; '=' where it did not change; or fingerprint,
 * coarse fingerprint, step, class or '', key of the attempt, beginning of the message.
 */
export const FAILURES_LUA = `
local function forgetFailure(ord, fingerprint)
  local facet = facetKey('f:' .. fingerprint)
  call('SETBIT', facet, ord, 0)
  if call('BITCOUNT', facet) > 0 then return end
  call('DEL', facet, failureKey(fingerprint))
  call('SREM', FAILURES, fingerprint)
end
local function rememberFailure(ord, runId, fingerprint, since, step, class, attempt, reason)
  local key = failureKey(fingerprint)
  call('SADD', FAILURES, fingerprint)
  call('HSETNX', key, 'firstAt', since)
  call('HSET', key, 'lastAt', since, 'step', step, 'class', class, 'run', runId, 'attempt', attempt, 'reason', reason)
  setFacet('f:' .. fingerprint, ord, 1)
end
-- Gives whether a run more or less is failing.
local function setFailure(ord, runId, was, since, given)
  if given[1] == '=' or (not was and not given[1]) then return false end
  local fingerprint, coarse, step, class, attempt, reason = unpack(given)
  if fingerprint and call('SISMEMBER', FAILURES, fingerprint) == 0 and call('SCARD', FAILURES) >= ${MAX_FAILURES} then
    fingerprint = coarse
  end
  if was and was ~= fingerprint then forgetFailure(ord, was) end
  if fingerprint then
    rememberFailure(ord, runId, fingerprint, since, step, class, attempt, reason)
    call('HSET', candidateKey(ord), 'failure', fingerprint)
  else call('HDEL', candidateKey(ord), 'failure') end
  setFacet('failing', ord, fingerprint and 1 or 0)
  return (was and true or false) ~= (fingerprint and true or false)
end
`;

/**
 * KEYS  definition
 * Returns nil for an unknown migration, or for each failure that occurs: fingerprint, how many
 */
export const countFailuresScript = defineScript(
  'count-failures',
  MIGRATION_LUA,
  `
if not isKnown() then return nil end
local answer = {}
for _, fingerprint in ipairs(call('SMEMBERS', FAILURES)) do
  answer[#answer + 1] = fingerprint
  answer[#answer + 1] = call('BITCOUNT', facetKey('f:' .. fingerprint))
end
return answer
`,
);

/**
 * KEYS  definition
 * ARGV  most candidates of each, n fingerprints
 * Returns for each that still occurs: fingerprint, how many, step, class or '', first at, last at, message, {candidate id...}
 */
export const readFailuresScript = defineScript(
  'read-failures',
  MIGRATION_LUA,
  BITS_LUA,
  `
local most, answer = takeNumber(), {}
for _ = 1, takeNumber() do
  local fingerprint = take()
  local facet = facetKey('f:' .. fingerprint)
  local of = call('HMGET', failureKey(fingerprint), 'step', 'class', 'firstAt', 'lastAt', 'run', 'attempt', 'reason')
  if of[1] then
    local message = call('HGET', runKey(of[5]) .. ':a', of[6] .. ':message') or of[7]
    local candidates = ordsOf(call('GET', facet) or '', 0, most)
    for index, ord in ipairs(candidates) do candidates[index] = call('HGET', NAMES, ord) end
    for _, value in ipairs({ fingerprint, call('BITCOUNT', facet), of[1], of[2], of[3], of[4], message, candidates }) do
      answer[#answer + 1] = value
    end
  end
end
return answer
`,
);
