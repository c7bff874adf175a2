-- Writes something small.
-- ARGV[4] now
redis.call('HSET', KEYS[1], 'probedAt', ARGV[4])
return {commits}
