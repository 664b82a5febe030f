/** What a bitmap says, read once by GET. */
export const BITS_LUA = `
-- Redis counts bits of a byte from the highest. Arithmetic, since a call of the bit library costs ten times as much.
local MASKS = { [0] = 128, 64, 32, 16, 8, 4, 2, 1 }
local findIn = string.find
-- Places of the bits of a byte, for the bytes that occur.
local placesOf = {}
local function placesIn(byte)
  local places = {}
  for place = 0, 7 do
    if byte % (MASKS[place] * 2) >= MASKS[place] then places[#places + 1] = place end
  end
  placesOf[byte] = places
  return places
end
-- The ords whose bits are set, from one on, so many at most. A comparison skips 32 bytes for the price of 6 that are
-- searched.
local EMPTY = string.rep('\\0', 32)
local function ordsOf(bits, from, most)
  local ords, count, start = {}, 0, math.floor(from / 8) + 1
  for block = start, #bits, 32 do
    local bytes = string.sub(bits, block, block + 31)
    local at = bytes ~= EMPTY and findIn(bytes, '[^%z]')
    while at do
      local byte, first = byteOf(bytes, at), (block + at - 2) * 8
      if block + at - 1 == start then byte = byte % (MASKS[from % 8] * 2) end
      local places = placesOf[byte] or placesIn(byte)
      for index = 1, #places do ords[count + index] = first + places[index] end
      count = count + #places
      at = findIn(bytes, '[^%z]', at + 1)
    end
    if count >= most then break end
  end
  for index = count, most + 1, -1 do ords[index] = nil end
  return ords
end
-- Those before an ord, the last of them first, behind what was found so far and so many with it at most.
local function lastOrdsOf(bits, before, most, ords)
  for to = math.min(math.ceil(before / 8), #bits), 1, -64 do
    local from = math.max(1, to - 63)
    local found = ordsOf(string.sub(bits, from, to), 0, 512)
    for index = #found, 1, -1 do
      local ord = (from - 1) * 8 + found[index]
      if #ords == most then return ords end
      if ord < before then ords[#ords + 1] = ord end
    end
  end
  return ords
end
`;
