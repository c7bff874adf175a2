-- Where streams stand.
-- KEYS after the guard's: heads
-- Returns commits, then per stream epoch and version; 0 and 0 where there is none.
local result = {commits}
for i = 2, #KEYS do
  local head = redis.call('HMGET', KEYS[i], 'epoch', 'version')
  result[#result + 1] = tonumber(head[1] or 0)
  result[#result + 1] = tonumber(head[2] or 0)
end
return result
