import { defineScript } from '../store-client.ts';

/**
 * Writes the ids of an index of events anew; those that came later stay.
 * KEYS  index
 * ARGV  the last id that is written anew, every id up to it
 */
export const rewriteIdsScript = defineScript(
  'rewrite-ids',
  `
local index, last = KEYS[1], ARGV[1]
local later = redis.call('XRANGE', index, '(' .. last, '+')
redis.call('DEL', index)
for at = 2, #ARGV do redis.call('XADD', index, ARGV[at], 'e', '') end
for _, entry in ipairs(later) do redis.call('XADD', index, entry[1], 'e', '') end
`,
);
