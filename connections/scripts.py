"""The scripts that Redis runs for the bus: what each of them does stands or falls together."""

# An action with its number and its idempotency key.
# KEYS: stream, counter, idempotency key. ARGV: action, key given, most entries, key life.
APPEND = """
if ARGV[2] == '1' then
  local done = redis.call('GET', KEYS[3])
  if done then return {tonumber(done), 0} end
end
local number = redis.call('INCR', KEYS[2])
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], number .. '-0', 'a', ARGV[1])
if ARGV[2] == '1' then redis.call('SET', KEYS[3], number, 'EX', ARGV[4]) end
return {number, 1}
"""

# The same for the actions of many simulations, without idempotency keys: nothing when EVENTS has news of any of them,
# whose position is the answer. KEYS: EVENTS, then stream and counter of each simulation.
# ARGV: most entries, the first position that would be news (empty: nobody asks), then the actions.
APPEND_MANY = """
if ARGV[2] ~= '' then
  local news, told = redis.call('XRANGE', KEYS[1], ARGV[2], '+', 'COUNT', 1000), {}
  for i, entry in ipairs(news) do
    local about = string.match(entry[2][2], '"sim_id": *"([^"]*)"')
    if not about or i == 1000 then return redis.status_reply('>' .. entry[1]) end
    told[about] = entry[1]
  end
  for i = 2, #news > 0 and #KEYS or 0, 2 do
    local position = told[string.match(KEYS[i], '([^:]*)$')]
    if position then return redis.status_reply('>' .. position) end
  end
end
local numbers = {}
for i = 2, #KEYS, 2 do
  local number = redis.call('INCR', KEYS[i + 1])
  redis.call('XADD', KEYS[i], 'MAXLEN', '~', ARGV[1], number .. '-0', 'a', ARGV[i / 2 + 2])
  numbers[i / 2] = number
end
return redis.status_reply(table.concat(numbers, ' '))
"""

# The same for one action that was checked against what EVENTS had told by then: nothing when it has told more since.
# KEYS: stream, counter, EVENTS. ARGV: most entries, action, position of the event that was the last one.
APPEND_UNLESS_CHANGED = """
local newest = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)[1]
if (newest and newest[1] or '0-0') ~= ARGV[3] then return redis.status_reply('') end
local number = redis.call('INCR', KEYS[2])
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], number .. '-0', 'a', ARGV[2])
return redis.status_reply(tostring(number))
"""

# Messages behind each other. KEYS: stream. ARGV: the messages.
TELL_MANY = """
for _, message in ipairs(ARGV) do redis.call('XADD', KEYS[1], '*', 'm', message) end
"""
