-- Sets a value of the vault if it is at the expected version. Its version is the number of the commit: no other one, of this name or of
-- one that was removed, ever had it.
-- KEYS[2] names, [3] value   ARGV[4] name, [5] expected version ('0' for none), [6] bytes
-- Returns commits, and the new version or 0 when it is at another one.
local version = redis.call('HGET', KEYS[3], 'version') or '0'
if version ~= ARGV[5] then
  return {commits, 0}
end
commits = redis.call('HINCRBY', KEYS[1], 'commits', 1)
redis.call('HSET', KEYS[3], 'version', commits, 'value', ARGV[6])
redis.call('ZADD', KEYS[2], 0, ARGV[4])
return {commits, commits}
