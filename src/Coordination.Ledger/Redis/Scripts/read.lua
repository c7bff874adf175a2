-- A page of the batches of a stream that hold events after a version.
-- KEYS[2] head, then log chunks: the one in which the batch of the next event lies unless that batch began in an earlier one, and the
-- chunks before it, newest first   ARGV[4] after, [5] most entries, [6] most bytes, [7] bytes of the largest entry that was reckoned with
-- Returns commits, version of the stream, what was found (0 nothing in these chunks, 1 entries, 2 an entry that is larger), then the
-- entries, or the size of the larger one.
local after = tonumber(ARGV[4])
local version = tonumber(redis.call('HGET', KEYS[2], 'version') or 0)
if version <= after then
  return {commits, version, 1}
end

local function first(chunk, index)
  local entry = redis.call('LINDEX', chunk, index)
  return entry and tonumber(string.match(entry, '^%d+'))
end

local chunk, index
for i = 3, #KEYS do
  local begins = first(KEYS[i], 0)
  if begins and begins <= after + 1 then
    -- The last batch that begins at or before the next event.
    local low, high = 0, redis.call('LLEN', KEYS[i]) - 1
    while low < high do
      local middle = math.ceil((low + high) / 2)
      if first(KEYS[i], middle) <= after + 1 then
        low = middle
      else
        high = middle - 1
      end
    end
    chunk, index = KEYS[i], low
    break
  end
end
if not chunk then
  return {commits, version, 0}
end

local result, bytes, most = {commits, version, 1}, 0, tonumber(ARGV[5])
while #result < most + 3 and bytes < tonumber(ARGV[6]) do
  local entry = redis.call('LINDEX', chunk, index)
  if not entry then
    break
  end
  if #entry > tonumber(ARGV[7]) then
    if #result == 3 then
      return {commits, version, 2, #entry}
    end
    break
  end
  result[#result + 1] = entry
  bytes = bytes + #entry
  index = index + 1
end
return result
