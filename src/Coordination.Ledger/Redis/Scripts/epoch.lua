-- Makes a stream's epoch at least a value.
-- KEYS[2] head   ARGV[4] epoch
-- Returns commits.
local epoch = redis.call('HGET', KEYS[2], 'epoch')
if epoch and tonumber(epoch) < tonumber(ARGV[4]) then
  redis.call('HSET', KEYS[2], 'epoch', ARGV[4])
end
return {redis.call('HINCRBY', KEYS[1], 'commits', 1)}
