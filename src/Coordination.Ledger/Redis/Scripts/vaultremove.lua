-- Destroys a value of the vault. It counts as a commit: a Redis that came back with the value is one that came back older.
-- KEYS[2] names, [3] value   ARGV[4] name
-- Returns commits, and whether there was one.
if redis.call('DEL', KEYS[3]) == 0 then
  return {commits, 0}
end
redis.call('ZREM', KEYS[2], ARGV[4])
return {redis.call('HINCRBY', KEYS[1], 'commits', 1), 1}
