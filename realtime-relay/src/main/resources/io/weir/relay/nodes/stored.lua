-- The answer is in PostgreSQL: the log may go when its time is over.
-- keys: meta, runs, snapshot, finished streams of the partition
-- arguments: stream, seconds to live
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HSET', KEYS[1], 'stored', '1')
  for i = 1, 3 do
    redis.call('EXPIRE', KEYS[i], ARGV[2])
  end
  redis.call('ZADD', KEYS[4], redis.call('TIME')[1], ARGV[1])
end
return {}
