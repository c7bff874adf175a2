-- A page of the names of a bucket's streams, in byte order.
-- KEYS[2] streams   ARGV[4] lowest, [5] highest (both as ZRANGEBYLEX wants them), [6] most
-- Returns commits, then the names.
local result = {commits}
for i, name in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], ARGV[4], ARGV[5], 'LIMIT', 0, ARGV[6])) do
  result[i + 1] = name
end
return result
