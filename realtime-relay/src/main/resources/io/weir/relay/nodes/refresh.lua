-- Keeps an open log alive, and tells where it ends.
-- keys: meta, runs, snapshot, open streams of the partition
-- arguments: stream, seconds to live
-- answer: {head, ended, fenced, turn, node}, or {} if there is no such log
local known = redis.call('HMGET', KEYS[1], 'head', 'ended', 'fenced', 'turn', 'node')
if not known[1] then
  return {}
end
for i = 1, 3 do
  redis.call('EXPIRE', KEYS[i], ARGV[2])
end
if known[2] ~= '1' then
  redis.call('ZADD', KEYS[4], redis.call('TIME')[1], ARGV[1])
end
return {tonumber(known[1]), tonumber(known[2] or '0'), tonumber(known[3] or '0'), tonumber(known[4] or '0'), known[5]}
