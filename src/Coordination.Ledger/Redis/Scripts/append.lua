-- Appends to streams of one bucket, each checked by itself.
-- KEYS after the guard's, per append: head, log chunk   ARGV: epoch, expected version, count, entry
-- Returns commits, then per append 0 committed, 1 fenced, 2 version conflict.
local result = {commits}
local written = 0
for i = 1, (#KEYS - 1) / 2 do
  local head, a = KEYS[2 * i], 4 * i
  local now = redis.call('HMGET', head, 'epoch', 'version')
  if now[1] ~= ARGV[a] then
    result[i + 1] = 1
  elseif now[2] ~= ARGV[a + 1] then
    result[i + 1] = 2
  else
    redis.call('RPUSH', KEYS[2 * i + 1], ARGV[a + 3])
    redis.call('HINCRBY', head, 'version', ARGV[a + 2])
    written = written + 1
    result[i + 1] = 0
  end
end
if written > 0 then
  result[1] = redis.call('HINCRBY', KEYS[1], 'commits', written)
end
return result
