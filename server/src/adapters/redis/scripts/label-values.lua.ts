import { defineScript } from '../store-client.ts';
import { LABELS_LUA, MIGRATION_LUA } from './library.lua.ts';

/**
 * KEYS  definition
 * Returns nil for an unknown migration, else for each label key: its JSON, the state of its index,
 *         {JSON of a value, how many candidates have it, ...}
 */
export const labelValuesScript = defineScript(
  'label-values',
  MIGRATION_LUA,
  LABELS_LUA,
  `
if not isKnown() then return nil end
local answer = {}
labelState('')
for key, state in pairs(labelStates) do
  local values = {}
  if state == 'ready' then
    for _, value in ipairs(call('SMEMBERS', labelValuesKey(key))) do
      local count = call('BITCOUNT', facetKey(labelFacet(key, value)))
      if count > 0 then
        values[#values + 1] = value
        values[#values + 1] = tostring(count)
      end
    end
  end
  local at = #answer
  answer[at + 1], answer[at + 2], answer[at + 3] = key, state, values
end
return answer
`,
);
