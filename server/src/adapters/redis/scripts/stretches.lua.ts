/**
 * The order of ids cut into stretches of ids, each with a bitmap of its rows: where matches are rare, how many of them are
 * in which stretch says where the page is, so that few have to be put in order. A stretch begins with the same row until
 * all are cut anew, which is when there are twice as many rows: a new row changes one bit.
 */
export const STRETCHES_LUA = `
local STRETCHES, FEWEST_ROWS = 16, 2048
local function stretchFacet(stretch) return 'i:' .. stretch end
-- At which ranks all but the first begin; empty when they are not cut.
local function stretchStarts()
  local starts, before = call('LRANGE', STRETCH_STARTS, 0, -1), 0
  if #starts ~= STRETCHES - 1 then return {} end
  for index, member in ipairs(starts) do
    local rank = call('ZRANK', BY_ID, member)
    if not rank or rank <= before then return {} end
    starts[index], before = rank, rank
  end
  return starts
end
local function stretchOf(rank, starts)
  for stretch = #starts, 1, -1 do
    if starts[stretch] <= rank then return stretch end
  end
  return 0
end

local function bitmapOf(packed, rows)
  local bytes, text = {}, {}
  for index = 1, math.ceil(rows / 8) do bytes[index] = 0 end
  for place = 1, #packed, 3 do
    local high, middle, low = byteOf(packed, place, place + 2)
    local bit = low % 8
    local index = high * 8192 + middle * 32 + (low - bit) / 8 + 1
    bytes[index] = bytes[index] + MASKS[bit]
  end
  for from = 1, #bytes, 1000 do
    text[#text + 1] = string.char(unpack(bytes, from, math.min(from + 999, #bytes)))
  end
  return table.concat(text)
end
local function cutStretches(rows)
  local starts = {}
  for stretch = 0, STRETCHES - 1 do
    local first, last = math.floor(stretch * rows / STRETCHES), math.floor((stretch + 1) * rows / STRETCHES) - 1
    if stretch > 0 then starts[stretch] = call('ZRANGE', BY_ID, first, first)[1] end
    local packed = call('GETRANGE', ORDS_BY_ID, first * 3, last * 3 + 2)
    call('SET', facetKey(stretchFacet(stretch)), bitmapOf(packed, rows))
  end
  call('DEL', STRETCH_STARTS)
  call('RPUSH', STRETCH_STARTS, unpack(starts))
  call('HSET', DEF, 'cutRows', rows)
end
-- New rows, each with its rank and ord.
local function addToStretches(added, rows)
  if rows >= FEWEST_ROWS and rows >= 2 * (call('HGET', DEF, 'cutRows') or 0) then return cutStretches(rows) end
  local starts = stretchStarts()
  if #starts == 0 then return end
  for _, one in ipairs(added) do gatherBit(stretchFacet(stretchOf(one.rank, starts)), one.ord, 1) end
end
`;
