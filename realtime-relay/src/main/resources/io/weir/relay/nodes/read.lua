-- What a reader that has everything up to an offset gets next.
-- keys: meta, runs, snapshot, finished streams of the partition
-- arguments: after, most entries, stream
-- answer: {} there is no such log, or {head, ended, fenced, epoch, turn, node, header, base, snapshot, entry …}
local known = redis.call('HMGET', KEYS[1], 'head', 'ended', 'fenced', 'epoch', 'turn', 'node', 'header', 'base')
if not known[1] or not known[7] then
  return {}
end
local base = tonumber(known[8] or '0')
local after = tonumber(ARGV[1])
local snapshot = ''
if after < base then
  snapshot = redis.call('GET', KEYS[3])
  if not snapshot then
    return {}
  end
  after = base
end
local answer = {tonumber(known[1]), tonumber(known[2] or '0'), tonumber(known[3] or '0'), known[4],
  tonumber(known[5] or '0'), known[6], known[7], base, snapshot}
local entries = redis.call('XRANGE', KEYS[2], string.format('%.0f', after + 1) .. '-0', '+', 'COUNT', ARGV[2])
for _, entry in ipairs(entries) do
  answer[#answer + 1] = entry[2][2]
end
if known[2] == '1' then
  redis.call('ZADD', KEYS[4], 'XX', redis.call('TIME')[1], ARGV[3])
end
return answer
