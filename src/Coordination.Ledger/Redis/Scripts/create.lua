-- Creates a bucket unless it is there. Several hosts may do so at once: the first one's identity holds.
-- KEYS[1] store   ARGV[1] identity, [2] schema version, [3] run of Redis, [4] a name for its life, [5] now
-- Returns the identity that holds.
local identity = redis.call('HGET', KEYS[1], 'identity')
if identity then
  return identity
end
redis.call('HSET', KEYS[1], 'identity', ARGV[1], 'schemaVersion', ARGV[2], 'commits', 0, 'run', ARGV[3], 'life', ARGV[4], 'createdAt', ARGV[5])
return ARGV[1]
