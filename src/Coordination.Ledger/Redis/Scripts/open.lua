-- Takes the next epoch of a stream, which is created empty when there is none.
-- KEYS[2] streams, [3] head   ARGV[4] name
-- Returns commits, epoch, version.
local epoch = redis.call('HINCRBY', KEYS[3], 'epoch', 1)
if epoch == 1 then
  redis.call('HSET', KEYS[3], 'version', 0)
  redis.call('ZADD', KEYS[2], 0, ARGV[4])
end
commits = redis.call('HINCRBY', KEYS[1], 'commits', 1)
return {commits, epoch, tonumber(redis.call('HGET', KEYS[3], 'version'))}
