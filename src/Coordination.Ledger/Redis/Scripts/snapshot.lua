-- Keeps a snapshot unless a newer one is there, it is ahead of its stream, or there is no such stream.
-- KEYS[2] head, [3] snapshot   ARGV[4] version, [5] payload
-- Returns commits.
local version = tonumber(ARGV[4])
local stands = redis.call('HGET', KEYS[2], 'version')
local kept = redis.call('HGET', KEYS[3], 'version')
if not stands or tonumber(stands) < version or (kept and tonumber(kept) > version) then
  return {commits}
end
redis.call('HSET', KEYS[3], 'version', ARGV[4], 'payload', ARGV[5])
return {redis.call('HINCRBY', KEYS[1], 'commits', 1)}
