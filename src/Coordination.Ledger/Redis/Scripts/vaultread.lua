-- A value of the vault.
-- KEYS[2] value
-- Returns commits; when there is one also its version and bytes.
local entry = redis.call('HMGET', KEYS[2], 'version', 'value')
if not entry[1] then
  return {commits}
end
return {commits, tonumber(entry[1]), entry[2]}
