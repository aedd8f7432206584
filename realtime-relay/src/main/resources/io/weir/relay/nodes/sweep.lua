-- Drops finished logs of a partition that PostgreSQL has: those past their time, then the least recently read ones until
-- enough is free. Forgets what has expired, and tells what somebody has yet to see to.
-- keys: finished streams, open streams, sizes of the partition
-- arguments: prefix of the partition's streams, seconds that a finished log is kept, bytes to free
-- answer: {bytes kept, bytes freed beside those past their time, then each stream that is open or not stored, and its node …}
local now = tonumber(redis.call('TIME')[1])
local want = tonumber(ARGV[3])
local freed = 0
local answer = {0, 0}
local function drop(stream)
  redis.call('DEL', ARGV[1] .. 'm:' .. stream, ARGV[1] .. 'r:' .. stream, ARGV[1] .. 's:' .. stream)
  redis.call('HDEL', KEYS[3], stream)
  redis.call('ZREM', KEYS[1], stream)
  redis.call('ZREM', KEYS[2], stream)
end
local function leave(stream)
  answer[#answer + 1] = stream
  answer[#answer + 1] = redis.call('HGET', ARGV[1] .. 'm:' .. stream, 'node') or ''
end
local finished = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #finished, 2 do
  local stream, read = finished[i], tonumber(finished[i + 1])
  local known = redis.call('HMGET', ARGV[1] .. 'm:' .. stream, 'head', 'stored')
  if not known[1] then
    drop(stream)
  elseif known[2] == '1' and now - read > tonumber(ARGV[2]) then
    drop(stream)
  elseif known[2] == '1' and freed < want then
    freed = freed + tonumber(redis.call('HGET', KEYS[3], stream) or '0')
    drop(stream)
  elseif known[2] ~= '1' then
    leave(stream)
  end
end
for _, stream in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if redis.call('EXISTS', ARGV[1] .. 'm:' .. stream) == 0 then
    drop(stream)
  else
    leave(stream)
  end
end
local bytes = 0
for _, size in ipairs(redis.call('HVALS', KEYS[3])) do
  bytes = bytes + tonumber(size)
end
answer[1], answer[2] = bytes, freed
return answer
