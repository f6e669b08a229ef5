import { MOST_COUNTED } from './rules.ts';

/**
 * Answers a claim as `answerClaim` does, by Redis's own clock. A counter is a hash: `p` its period, `v` and `a` what is left of one that
 * drains and when that was, `h:…` what is known of a holder as `turn used lease until`. Gives `fresh` and does nothing where the counter
 * is not there and can be had from elsewhere; else the period, what is used, and the lease.
 */
export const CLAIM = `
local most = ${MOST_COUNTED}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key, holder = KEYS[1], 'h:' .. ARGV[1]
local period, limit, window = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local turn, used = tonumber(ARGV[5]), math.min(most, math.ceil(tonumber(ARGV[6])))
local need, slack = math.ceil(tonumber(ARGV[7])), tonumber(ARGV[8])
local keeps, ttl, forgotten = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local p = redis.call('HGET', key, 'p')
if not p and ARGV[12] == '1' then return {'fresh'} end
p = tonumber(p or period)
if period > p then
  redis.call('DEL', key)
  p = period
end
redis.call('HSET', key, 'p', string.format('%.0f', p))
local level, at, sum, held, others, gone, mine = 0, now, 0, 0, 0, 0, nil
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
  local field, value = all[i], all[i + 1]
  if field == 'v' then level = tonumber(value)
  elseif field == 'a' then at = tonumber(value)
  elseif field ~= 'p' then
    local t, u, l, e = string.match(value, '^(%S+) (%S+) (%S+) (%S+)$')
    t, u, l, e = tonumber(t), tonumber(u), tonumber(l), tonumber(e)
    if field == holder then mine = {t, u, l}
    else
      sum = sum + u
      if e > now and l > 0 then
        held = held + l
        others = others + 1
      elseif field ~= 'h:' and e < now - forgotten then
        gone = gone + u
        redis.call('HDEL', key, field)
      elseif field == 'h:' and u > 0 then gone = gone + u
      end
    end
  end
end
if gone > 0 then redis.call('HSET', key, 'h:', string.format('0 %.0f 0 0', gone)) end
local reported = mine and mine[2] or 0
local isLate = mine ~= nil and turn <= mine[1]
local total = (isLate or period ~= p) and reported or math.max(used, reported)
local usedByAll = sum + total
if window > 0 then usedByAll = math.max(0, level - (now - at) * limit / window) + total - reported end
local lease = mine and mine[3] or 0
if not isLate then
  local available = limit - usedByAll - held
  if available <= need then lease = math.max(0, math.floor(available))
  else lease = need + math.min(slack, math.floor((available - need) / (2 * (others + 1)))) end
  lease = math.min(most, lease)
  redis.call('HSET', key, holder, string.format('%.0f %.0f %.0f %.0f', turn, total, lease, now + keeps))
  if window > 0 then redis.call('HSET', key, 'v', string.format('%.17g', usedByAll), 'a', string.format('%.0f', now)) end
end
redis.call('PEXPIRE', key, ttl)
return {string.format('%.0f', p), string.format('%.17g', usedByAll), string.format('%.0f', lease)}
`;

/** Puts in what is known elsewhere of a counter that is not there: its period, then pairs of holders and what they used. */
export const SEED = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSETNX', KEYS[1], 'p', ARGV[1])
if redis.call('HGET', KEYS[1], 'p') ~= ARGV[1] then return 0 end
for i = 2, #ARGV, 2 do redis.call('HSETNX', KEYS[1], 'h:' .. ARGV[i], string.format('0 %.0f 0 %.0f', tonumber(ARGV[i + 1]), now)) end
return 1
`;

/** Begins a new period, unless that has begun. */
export const RESET = `
local p = redis.call('HGET', KEYS[1], 'p')
if not p or tonumber(p) >= tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'p', ARGV[1])
return 1
`;
