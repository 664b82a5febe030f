import { defineScript } from '../store-client.ts';
import { MIGRATION_LUA } from './library.lua.ts';

/**
 * Fields of the hash `run:<id>:cb`, so that a repetition is known:
 *   e|<attempt>|<event id>  's' staged, 'c' confirmed
 *   h|<attempt>|<hash>      a confirmed report other than pending with this content
 *   p|<attempt>|hash, at, id, confirmed   of the newest pending; an older one with the same content is news again
 *   p|<attempt>|n, p|<attempt>|<n % 64>   the last 64 event ids of pendings, so that a chatty worker fills nothing
 * Bodies are in `run:<id>:reports` under <attempt>|<field>|<event id> until the run is over, and with them
 *   <attempt>|signal    what the run is told of the last report, where none was pending
 *   <attempt>|listener  the channel of who dials the attempt just now
 */
const CALLBACK_LUA = `
local KEPT_PENDINGS, PENDING_INTERVAL_MS = 64, 5000
local candidateId, runId, attempt, eventId, hash, isPending =
  take(), take(), take(), take(), take(), take() == '1'
local run = runKey(runId)
local CALLBACKS, REPORTS, ATTEMPTS = run .. ':cb', run .. ':reports', run .. ':a'
local function eventField(id) return 'e|' .. attempt .. '|' .. id end
local function pendingField(name) return 'p|' .. attempt .. '|' .. name end
local hashField = 'h|' .. attempt .. '|' .. hash
`;

/**
 * Checks a callback against run and attempt, and stages its body.
 * KEYS  definition
 * ARGV  candidate id, run id, attempt key, event id, content hash, 1 when pending, '<step>:<phase>', number,
 *       time in ms or '' for that of Redis, status, signal, n fields of the body with values
 * Returns {'admitted', 'handed-over' or ''}, {'over', why}, {'too-soon', ms to wait} or {kind}
 */
export const admitCallbackScript = defineScript(
  'admit-callback',
  MIGRATION_LUA,
  CALLBACK_LUA,
  `
local line, number, givenMs, status, signal = take(), takeNumber(), take(), take(), take()
if call('HGET', run, 'candidateId') ~= candidateId then return { 'unknown-run' } end

local known, hasReported, wasPending =
  unpack(call('HMGET', CALLBACKS, eventField(eventId), hashField, pendingField('id')))
if known == 'c' then return { 'duplicate' } end
local pending = {}
if isPending then
  pending = call('HMGET', CALLBACKS, pendingField('hash'), pendingField('at'), pendingField('id'), pendingField('confirmed'))
  if pending[1] == hash and pending[4] then return { 'duplicate' } end
elseif hasReported then return { 'duplicate' } end

local newest, outcome = unpack(call('HMGET', ATTEMPTS, line, attempt .. ':outcome'))
-- The run took it over before it was confirmed, and whoever was to confirm it died.
if known == 's' and not isPending and outcome == status then return { 'admitted', 'handed-over' } end
if not ordOfCurrentRun(candidateId, runId) then return { 'over', 'The run is over.' } end
newest = tonumber(newest or '0')
if number > newest then return { 'not-dispatched' } end
if number < newest then return { 'over', 'Attempt ' .. number .. ' is superseded by attempt ' .. newest .. '.' } end
if outcome then return { 'over', 'Attempt ' .. number .. ' of this step has ended: ' .. outcome .. '.' } end

local isSamePending = isPending and (pending[1] == hash or pending[3] == eventId)
if isPending and not isSamePending then
  local now = nowMs(givenMs)
  if pending[2] then
    local waitMs = tonumber(pending[2]) + PENDING_INTERVAL_MS - now
    if waitMs > 0 then return { 'too-soon', waitMs } end
  end
  call('HSET', CALLBACKS, pendingField('at'), msText(now))
end
if isPending then
  if pending[3] and pending[3] ~= eventId then
    -- The newer pending replaces it, also where the engine has not yet taken it over.
    for _, field in ipairs({ 'message', 'metadata', 'outputs', 'failureClass', 'prUrl' }) do
      call('HDEL', REPORTS, attempt .. '|' .. field .. '|' .. pending[3])
    end
  end
  call('HSET', CALLBACKS, pendingField('hash'), hash, pendingField('id'), eventId)
  call('HDEL', CALLBACKS, pendingField('confirmed'))
  if not known then
    local slot = pendingField(call('HINCRBY', CALLBACKS, pendingField('n'), 1) % KEPT_PENDINGS)
    local forgotten = call('HGET', CALLBACKS, slot)
    if forgotten then call('HDEL', CALLBACKS, eventField(forgotten)) end
    call('HSET', CALLBACKS, slot, eventId)
  end
end
call('HSET', CALLBACKS, eventField(eventId), 's')
local fields = takeFields()
for index = 1, #fields, 2 do fields[index] = attempt .. '|' .. fields[index] .. '|' .. eventId end
local listener = false
-- A report that follows a pending one goes the way of that, so that it does not overtake it.
if not isPending and not wasPending then
  fields[#fields + 1], fields[#fields + 2] = attempt .. '|signal', signal
  listener = call('HGET', REPORTS, attempt .. '|listener')
end
if #fields > 0 then call('HSET', REPORTS, unpack(fields)) end
if not listener then return { 'admitted', '' } end
call('PUBLISH', listener, runId .. ' ' .. attempt .. ' ' .. signal)
return { 'admitted', 'handed-over' }
`,
);

/**
 * From now on a repetition of what was staged is a duplicate; writes the events of the report once.
 * KEYS  definition
 * ARGV  candidate id, run id, attempt key, event id, content hash, 1 when pending, 1 when only of an attempt that ended,
 *       n events
 * Returns 0 when it has not ended, else 1
 */
export const confirmCallbackScript = defineScript(
  'confirm-callback',
  MIGRATION_LUA,
  CALLBACK_LUA,
  `
local isOfEnded = take() == '1'
if isOfEnded and not call('HGET', ATTEMPTS, attempt .. ':outcome') then return 0 end
if call('HGET', run, 'candidateId') ~= candidateId then return 1 end
if call('HGET', CALLBACKS, eventField(eventId)) ~= 's' then return 1 end
local noted = eventField(eventId)
if not isPending then call('HSET', CALLBACKS, noted, 'c', hashField, '1')
elseif call('HGET', CALLBACKS, pendingField('id')) == eventId then
  call('HSET', CALLBACKS, noted, 'c', pendingField('confirmed'), '1')
else call('HSET', CALLBACKS, noted, 'c') end
appendEvents()
touch()
return 1
`,
);
