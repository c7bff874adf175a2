-- Looks at a bucket before it is used, and notes that Redis began a new life when it was restarted.
-- KEYS[1] store, [2] lives
-- ARGV[1] identity, [2] schema version known, [3] life last met ('' for none), [4] commits seen in it, [5] run of Redis, [6] a name for a
-- new life, [7] now, [8] '1' to note, '' only to look, [9] '1' to take an incomplete copy too
-- Returns what was found: met (life, commits), new (the same, but a new life has to be noted), or why the bucket must not be used.
local store = redis.call('HMGET', KEYS[1], 'identity', 'schemaVersion', 'life', 'commits', 'run', 'importing')
if not store[1] then
  return {'empty'}
end
if store[1] ~= ARGV[1] then
  return {'another', store[1]}
end
if tonumber(store[2]) > tonumber(ARGV[2]) then
  return {'newer', store[2]}
end
if store[6] and ARGV[9] == '' then
  return {'incomplete', store[6]}
end

if ARGV[3] ~= '' then
  local reached = nil
  if store[3] == ARGV[3] then
    reached = store[4]
  else
    -- How far was the life that this process knows when it ended?
    for _, entry in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
      local life, commits = string.match(entry, '^(%S+) (%d+)')
      if life == ARGV[3] then
        reached = commits
      end
    end
  end
  if not reached then
    return {'forked', store[4]}
  end
  if tonumber(reached) < tonumber(ARGV[4]) then
    return {'older', reached}
  end
end

if store[5] == ARGV[5] then
  return {'met', store[3], store[4]}
end
if ARGV[8] == '' then
  return {'new', store[3], store[4]}
end
redis.call('RPUSH', KEYS[2], store[3] .. ' ' .. store[4] .. ' ' .. ARGV[7])
redis.call('LTRIM', KEYS[2], -1000, -1)
redis.call('HSET', KEYS[1], 'run', ARGV[5], 'life', ARGV[6])
return {'met', ARGV[6], store[4]}
