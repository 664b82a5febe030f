import { defineScript } from '../store-client.ts';

/**
 * KEYS  the request's key
 * ARGV  hash of the request, seconds that it is held
 * Returns {'first'}, {'held'}, {'mismatch'} or {'answered', answer JSON}
 */
export const beginIdempotencyScript = defineScript(
  'begin-idempotency',
  `
local kept = redis.call('HMGET', KEYS[1], 'request', 'answer')
if not kept[1] then
  redis.call('HSET', KEYS[1], 'request', ARGV[1])
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  return { 'first' }
end
if kept[1] ~= ARGV[1] then return { 'mismatch' } end
if kept[2] then return { 'answered', kept[2] } end
return { 'held' }
`,
);

/**
 * Keeps the answer, unless the hold ran out and another request took the key.
 * KEYS  the request's key
 * ARGV  hash of the request, answer JSON, seconds that it is kept
 */
export const finishIdempotencyScript = defineScript(
  'finish-idempotency',
  `
local kept = redis.call('HMGET', KEYS[1], 'request', 'answer')
if (kept[1] and kept[1] ~= ARGV[1]) or kept[2] then return end
redis.call('HSET', KEYS[1], 'request', ARGV[1], 'answer', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
`,
);

/**
 * KEYS  the request's key
 */
export const abandonIdempotencyScript = defineScript(
  'abandon-idempotency',
  `if redis.call('HEXISTS', KEYS[1], 'answer') == 0 then redis.call('DEL', KEYS[1]) end`,
);
