-- Names a stream as one that is open on a topic, or no more.
-- keys: interest in the topic, streams on the topic
-- arguments: stream, milliseconds (0 for no more)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[2] == '0' then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[2], string.format('%.0f', now + ARGV[2]), ARGV[1])
  redis.call('PEXPIRE', KEYS[2], ARGV[2] * 4)
end
return {}
