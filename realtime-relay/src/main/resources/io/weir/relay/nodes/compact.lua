-- The beginning of a log becomes one snapshot; also brings a lost log back whose beginning is known only as a snapshot.
-- keys: meta, runs, snapshot, sizes of the partition
-- arguments: epoch, base, snapshot, stream, seconds to live
-- answer: {1, head}, {-1, ended} or {-2}, as an append
local known = redis.call('HMGET', KEYS[1], 'epoch', 'head', 'ended', 'base', 'fenced')
if not known[2] then
  return {-2}
end
local ended = tonumber(known[3] or '0')
if tonumber(ARGV[1]) < tonumber(known[1]) or known[5] == '1' then
  return {-1, ended}
end
local base, head = tonumber(ARGV[2]), tonumber(known[2])
if base <= tonumber(known[4] or '0') then
  return {1, head}
end
if head > base and redis.call('XLEN', KEYS[2]) == 0 then
  return {-2}
end
redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[5])
redis.call('XTRIM', KEYS[2], 'MINID', string.format('%.0f', base + 1) .. '-0')
local bytes = #ARGV[3]
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', '+')) do
  bytes = bytes + #entry[2][2]
end
redis.call('HSET', KEYS[4], ARGV[4], bytes)
if head < base then
  head = base
  redis.call('HSET', KEYS[1], 'head', ARGV[2])
end
redis.call('HSET', KEYS[1], 'base', ARGV[2])
return {1, head}
