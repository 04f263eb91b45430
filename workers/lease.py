"""Leases: who may write for a simulation. A higher epoch displaces a lower one, never the other way round."""

from typing import Any

from connections.bus import lease_key

# KEYS: lease, highest epoch, action counter. ARGV: epoch, owner, life in ms, last action applied.
# A Redis that has lost its memory gets the epoch and the counter of the actions back from the worker that lives.
HOLD = """
local epoch = tonumber(ARGV[1])
local highest = redis.call('GET', KEYS[2])
if highest and tonumber(highest) > epoch then return 0 end
local held = redis.call('HMGET', KEYS[1], 'epoch', 'owner')
if held[1] and (tonumber(held[1]) > epoch or (tonumber(held[1]) == epoch and held[2] ~= ARGV[2])) then return 0 end
if not highest and tonumber(redis.call('GET', KEYS[3]) or '0') < tonumber(ARGV[4]) then
  redis.call('SET', KEYS[3], ARGV[4])
end
redis.call('SET', KEYS[2], ARGV[1], 'EX', 604800)
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'owner', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""

# KEYS: lease. ARGV: epoch, owner.
RELEASE = """
local held = redis.call('HMGET', KEYS[1], 'epoch', 'owner')
if held[1] == ARGV[1] and held[2] == ARGV[2] then redis.call('DEL', KEYS[1]) end
return 1
"""


def epoch_key(sim_id: str) -> str:
    """The highest epoch that has begun."""
    return f"pde:epoch:{sim_id}"


def hold(redis: Any, sim_id: str, epoch: int, owner: str, life: float, action: int = 0) -> Any:
    """Acquire or renew for `life` seconds: 1, or 0 when the epoch is over or another worker has it.

    `redis` is a connection or a pipeline, synchronous or not: the answer is what its `eval` answers.
    """
    keys = (lease_key(sim_id), epoch_key(sim_id), f"pde:action:{sim_id}")
    return redis.eval(HOLD, len(keys), *keys, epoch, owner, int(life * 1000), action)


def release(redis: Any, sim_id: str, epoch: int, owner: str) -> Any:
    """Give the lease back, if it is still this owner's."""
    return redis.eval(RELEASE, 1, lease_key(sim_id), epoch, owner)
