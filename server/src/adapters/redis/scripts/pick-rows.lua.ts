/**
 * The rows of a page, in its order, and one more where more follow. Expects what the page is asked for: `sort`,
 * `isDescending`, `limit`, `cursor`, and of what matches the key of the bitmap, `matches`, what it says, `bits`, and how
 * many there are, `total`; and `rows`, how many there are in all.
 *
 * Rows are gone through in order until the page is full; where matches are so rare that the walk would be long, the page is
 * chosen from them alone. What that costs: bench/README.md.
 */
export const PICK_LUA = `
-- How many members come before the cursor's place, or before it and at it.
local ordered = sort == 'id' and BY_ID or BY_SINCE
local function countToCursor(includesCursor)
  if sort == 'id' then
    return call('ZLEXCOUNT', ordered, '-', (includesCursor and '[' or '(') .. idMember(cursor[1], cursor[2]))
  end
  local low = call('ZCOUNT', ordered, '-inf', '(' .. cursor[1])
  local high = low + call('ZCOUNT', ordered, cursor[1], cursor[1])
  while low < high do
    local middle = math.floor((low + high) / 2)
    local ord = unpackOrd(call('ZRANGE', ordered, middle, middle)[1])
    if ord < cursor[2] or (includesCursor and ord == cursor[2]) then low = middle + 1 else high = middle end
  end
  return low
end

-- Places of the order from one to before another, counted from the end that the page begins at: their ords, packed, in the
-- order that ascends.
local function readOrds(from, to)
  local first, last = from, math.min(to, rows) - 1
  if isDescending then first, last = rows - 1 - last, rows - 1 - first end
  if sort == 'id' then return call('GETRANGE', ORDS_BY_ID, first * 3, last * 3 + 2) end
  return table.concat(call('ZRANGE', BY_SINCE, first, last))
end

-- Goes from one place of the order to before another until the page is full. Nothing is called in the loop that could be
-- written out: a call costs as much as the rest of it.
local function walk(chunkSize, from, to, picked)
  picked = picked or {}
  if cursor then from = math.max(from, isDescending and rows - countToCursor(false) or countToCursor(true)) end
  for at = from, to - 1, chunkSize do
    local packed = readOrds(at, math.min(at + chunkSize, to))
    local first, last, step = 1, #packed, 3
    if isDescending then first, last, step = #packed - 2, 1, -3 end
    for place = first, last, step do
      local high, middle, low = byteOf(packed, place, place + 2)
      local bit = low % 8
      local byte = byteOf(bits, high * 8192 + middle * 32 + (low - bit) / 8 + 1) or 0
      if byte > 0 and byte % (MASKS[bit] * 2) >= MASKS[bit] then
        picked[#picked + 1] = high * 65536 + middle * 256 + low
        if #picked > limit then return picked end
      end
    end
  end
  return picked
end

-- Redis puts ids in order by itself, ten times as fast as byte for byte here (the operator follows its locale). SORT
-- follows the locale too, unless it stores what it sorted. An id has one row, so it needs no ord behind it.
local function putInOrder(bits)
  local ords, found, after = ordsOf(bits, 0, rows), SCRATCH .. 'z', cursor and cursor[1]
  for from = 1, #ords, 1000 do
    call('RPUSH', found, unpack(call('HMGET', NAMES, unpack(ords, from, math.min(from + 999, #ords)))))
  end
  if after then call('RPUSH', found, after) end
  -- The cursor's row may be among them, and others may be before it.
  local wanted = after and #ords + 1 or limit + 1
  call('SORT', found, 'ALPHA', isDescending and 'DESC' or 'ASC', 'LIMIT', 0, wanted, 'STORE', found)
  local first = after and call('LPOS', found, after, 'RANK', -1) + 1 or 0
  local ids = call('LRANGE', found, first, first + limit)
  call('DEL', found)
  return #ids > 0 and call('HMGET', IDS, unpack(ids)) or {}
end

-- Matches of so many stretches that they fill the page, from that of the cursor on, of which some may be before it.
local function matchesOfStretches()
  local here, found, count, isReached = SCRATCH .. 'i', SCRATCH .. 'o', 0, not cursor
  local first, last, step = 0, STRETCHES - 1, 1
  if isDescending then first, last, step = last, first, -1 end
  for stretch = first, last, step do
    local key = facetKey(stretchFacet(stretch))
    local hasCursor = not isReached and cursor[2] < rows and call('GETBIT', key, cursor[2]) == 1
    isReached = isReached or hasCursor
    if isReached then
      call('BITOP', 'AND', here, matches, key)
      call('BITOP', 'OR', found, found, here)
      if not hasCursor then count = count + call('BITCOUNT', here) end
      if count > limit then break end
    end
  end
  local bits = call('GET', found) or ''
  call('DEL', here, found)
  return bits
end

-- A walk looks at limit * rows / total places on average, a choice at each match, which costs so many times as much; less
-- where only those of one or two stretches are looked at.
local CHOICE_BY_ID, CHOICE_IN_STRETCH, CHOICE_BY_SINCE, CHUNK = 11, 1.2, 4, 500
local function pickById()
  local isCut = call('LLEN', STRETCH_STARTS) > 0
  local cost = isCut and CHOICE_IN_STRETCH or CHOICE_BY_ID
  if total * total * cost >= limit * rows then return walk(CHUNK, 0, rows) end
  return putInOrder(isCut and total > limit and matchesOfStretches() or bits)
end

-- Rows with a time, so many more that the page is full. What is descending is compared with its sign turned.
local function chooseBySince(timed, picked)
  local sign = isDescending and -1 or 1
  local afterMs, afterOrd
  if cursor then afterMs, afterOrd = sign * cursor[1], sign * cursor[2] end
  local ords, most = ordsOf(timed, 0, rows), limit + 1 - #picked
  local times, places = {}, {}
  local function insert(ms, place)
    local low, high = 1, #times + 1
    while low < high do
      local middle = math.floor((low + high) / 2)
      if ms < times[middle] or (ms == times[middle] and place < places[middle]) then high = middle else low = middle + 1 end
    end
    table.insert(times, low, ms)
    table.insert(places, low, place)
    times[most + 1], places[most + 1] = nil, nil
  end
  for from = 1, #ords, 1000 do
    local members = {}
    for index = from, math.min(from + 999, #ords) do members[index - from + 1] = packOrd(ords[index]) end
    for index, score in ipairs(call('ZMSCORE', BY_SINCE, unpack(members))) do
      local ms, place, worst = sign * score, sign * ords[from + index - 1], times[most]
      local isBetter = not worst or ms < worst or (ms == worst and place < places[most])
      if isBetter and (not afterMs or ms > afterMs or (ms == afterMs and place > afterOrd)) then insert(ms, place) end
    end
  end
  for _, place in ipairs(places) do picked[#picked + 1] = sign * place end
  return picked
end

-- The matches that have a time, and those whose candidates never ran: all of these have one place in time, so that their
-- ords are their order, and they come before the others.
local function pickBySince()
  local scratch, timedRows = SCRATCH .. 't', call('BITCOUNT', facetKey('timed'))
  call('BITOP', 'AND', scratch, matches, facetKey('timed'))
  local timed, timedTotal = call('GET', scratch) or '', call('BITCOUNT', scratch)
  call('BITOP', 'XOR', scratch, scratch, matches)
  local untimed = call('GET', scratch) or ''
  call('DEL', scratch)
  local isAmongUntimed = cursor and cursor[1] == '0'
  local function addTimed(picked)
    if timedTotal == 0 or #picked > limit then return picked end
    if timedTotal * timedTotal * CHOICE_BY_SINCE < limit * timedRows then return chooseBySince(timed, picked) end
    if isDescending then return walk(CHUNK, 0, timedRows, picked) end
    return walk(CHUNK, rows - timedRows, rows, picked)
  end
  if isDescending then
    local picked = isAmongUntimed and {} or addTimed({})
    if #picked > limit then return picked end
    return lastOrdsOf(untimed, isAmongUntimed and cursor[2] or rows, limit + 1, picked)
  end
  if cursor and not isAmongUntimed then return addTimed({}) end
  return addTimed(ordsOf(untimed, cursor and cursor[2] + 1 or 0, limit + 1))
end
`;
