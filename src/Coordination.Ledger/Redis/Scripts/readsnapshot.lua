-- The snapshot of a stream.
-- KEYS[2] snapshot
-- Returns commits, then version and payload when there is one.
local kept = redis.call('HMGET', KEYS[2], 'version', 'payload')
if not kept[1] then
  return {commits}
end
return {commits, tonumber(kept[1]), kept[2]}
