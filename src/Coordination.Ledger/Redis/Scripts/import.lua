-- Marks a bucket as a part of an incomplete copy of another store, or takes the mark away. Either begins a new life, so that every host has
-- to look at the store again: an incomplete one is refused by all.
-- KEYS[2] lives, [3] streams   ARGV[4] the other store ('' takes the mark away), [5] a name for the new life, [6] now,
-- [7] '1' when the bucket may hold streams
-- Returns commits, and 1 when it was done, 2 when it was so before, 0 when the bucket is left alone: it holds streams, or a part of the
-- copy of yet another store.
local marked = redis.call('HGET', KEYS[1], 'importing')
if ARGV[4] == '' then
  if not marked then
    return {commits, 2}
  end
  redis.call('HDEL', KEYS[1], 'importing')
else
  if marked then
    return {commits, marked == ARGV[4] and 2 or 0}
  end
  if ARGV[7] == '' and redis.call('ZCARD', KEYS[3]) > 0 then
    return {commits, 0}
  end
  redis.call('HSET', KEYS[1], 'importing', ARGV[4])
end
redis.call('RPUSH', KEYS[2], store[2] .. ' ' .. store[3] .. ' ' .. ARGV[6])
redis.call('LTRIM', KEYS[2], -1000, -1)
redis.call('HSET', KEYS[1], 'life', ARGV[5])
return {commits, 1}
