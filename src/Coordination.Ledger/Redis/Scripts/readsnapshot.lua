-- The snapshot of a stream.
-- KEYS[2] snapshot   ARGV[4] bytes of the largest payload that was reckoned with
-- Returns commits; when there is one also its version, and its payload or the size of a larger one.
local version = redis.call('HGET', KEYS[2], 'version')
if not version then
  return {commits}
end
local size = redis.call('HSTRLEN', KEYS[2], 'payload')
if size > tonumber(ARGV[4]) then
  return {commits, tonumber(version), size, 'larger'}
end
return {commits, tonumber(version), redis.call('HGET', KEYS[2], 'payload')}
