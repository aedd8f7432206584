-- A node renews its lease, and learns who else has one.
-- keys: leases of all nodes
-- arguments: node, milliseconds
-- answer: {1 if this node's lease was there, {node …}}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local had = redis.call('ZSCORE', KEYS[1], ARGV[1]) and 1 or 0
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2] * 4)
return {had, redis.call('ZRANGE', KEYS[1], 0, -1)}
