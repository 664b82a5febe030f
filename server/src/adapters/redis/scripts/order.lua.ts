/** The order of ids as a text of ords, which follows the sorted set. */
export const ORDER_LUA = `
local function packOrder()
  local packed = {}
  for index, member in ipairs(call('ZRANGE', BY_ID, 0, -1)) do packed[index] = string.sub(member, -3) end
  call('SET', ORDS_BY_ID, table.concat(packed))
end
-- Rows of an older version have none.
local function isOrderPacked(rows) return call('STRLEN', ORDS_BY_ID) == rows * 3 end
-- What stands before the first of the new members stays as it is. Gives each with its rank.
local function packMembers(members)
  local added = {}
  for index, member in ipairs(members) do
    added[index] = { rank = call('ZRANK', BY_ID, member), ord = unpackOrd(member) }
  end
  table.sort(added, function(one, other) return one.rank < other.rank end)
  local first = added[1].rank
  local tail, taken, parts = call('GETRANGE', ORDS_BY_ID, first * 3, -1), 0, {}
  for index, one in ipairs(added) do
    local before = one.rank - first - index + 1
    parts[#parts + 1] = string.sub(tail, taken * 3 + 1, before * 3)
    parts[#parts + 1] = packOrd(one.ord)
    taken = before
  end
  parts[#parts + 1] = string.sub(tail, taken * 3 + 1)
  call('SETRANGE', ORDS_BY_ID, first * 3, table.concat(parts))
  return added
end
`;
