-- Adds runs behind the head, all of them or nothing.
-- keys: meta, runs, open streams and sizes of the partition, finished streams of the partition
-- arguments: epoch, first offset, last offset, how it ends (0 not, 1 by its producer, 2 by the fence), runs, stream,
--            seconds to live
-- answer: {1, head} the log has everything up to head; {0, head} append again from head + 1;
--         {-1, ended} refused; {-2} there is no such log
local known = redis.call('HMGET', KEYS[1], 'epoch', 'head', 'ended', 'fenced')
if not known[2] then
  return {-2}
end
local epoch, head, ended = tonumber(known[1]), tonumber(known[2]), tonumber(known[3] or '0')
local first, last = tonumber(ARGV[2]), tonumber(ARGV[3])
if ARGV[4] == '2' then
  -- Metering has settled the stream: whoever brings the ending may, once.
  if tonumber(ARGV[1]) > epoch then
    redis.call('HSET', KEYS[1], 'epoch', ARGV[1])
  end
  if ended == 1 then
    return {-1, 1}
  end
else
  if tonumber(ARGV[1]) < epoch or known[4] == '1' then
    return {-1, ended}
  end
  if tonumber(ARGV[1]) > epoch then
    redis.call('HSET', KEYS[1], 'epoch', ARGV[1])
  end
  if last <= head then
    return {1, head}
  end
  if ended == 1 then
    return {-1, 1}
  end
end
if first ~= head + 1 then
  return {0, head}
end
redis.call('XADD', KEYS[2], ARGV[3] .. '-0', 'r', ARGV[5])
redis.call('HSET', KEYS[1], 'head', ARGV[3])
redis.call('HINCRBY', KEYS[4], ARGV[6], #ARGV[5])
local now = redis.call('TIME')[1]
if ARGV[4] == '0' then
  redis.call('ZADD', KEYS[3], now, ARGV[6])
else
  redis.call('HSET', KEYS[1], 'ended', '1', 'fenced', ARGV[4] == '2' and '1' or '0')
  redis.call('ZREM', KEYS[3], ARGV[6])
  redis.call('ZADD', KEYS[5], now, ARGV[6])
end
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('EXPIRE', KEYS[2], ARGV[7])
return {1, last}
