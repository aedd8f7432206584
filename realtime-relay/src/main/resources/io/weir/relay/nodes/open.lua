-- A producer opens a stream's log under its epoch.
-- keys: meta, open streams of the partition
-- arguments: epoch, header, node, stream, seconds to live
-- answer: {1, head, turn, ended} or {-1, ended}
local known = redis.call('HMGET', KEYS[1], 'epoch', 'head', 'ended', 'fenced')
local ended = tonumber(known[3] or '0')
if tonumber(ARGV[1]) < tonumber(known[1] or '0') or known[4] == '1' then
  return {-1, ended}
end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'header', ARGV[2], 'node', ARGV[3])
redis.call('HSETNX', KEYS[1], 'head', '0')
local turn = redis.call('HINCRBY', KEYS[1], 'turn', 1)
redis.call('EXPIRE', KEYS[1], ARGV[5])
if ended == 0 then
  redis.call('ZADD', KEYS[2], redis.call('TIME')[1], ARGV[4])
end
return {1, tonumber(known[2] or '0'), turn, ended}
