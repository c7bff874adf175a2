-- Begins every script that works on a bucket. In the same atomic step as the work: is this the store that was met, in the life of Redis
-- in which it was met, and has it everything this process has seen acknowledged? If not, nothing is done.
-- KEYS[1] store   ARGV[1] identity, [2] life, [3] commits seen
local store = redis.call('HMGET', KEYS[1], 'identity', 'life', 'commits')
if store[1] ~= ARGV[1] or store[2] ~= ARGV[2] or tonumber(store[3]) < tonumber(ARGV[3]) then
  return {-1}
end
local commits = tonumber(store[3])
