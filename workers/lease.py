"""Leases: who may write for a simulation. A higher epoch displaces a lower one, never the other way round.

The lower one gives way first: whoever has its lease learns at the next renewal that it is over, falls silent and gives
it back. Otherwise it could still send what the higher one, not knowing it, sends again.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from connections.redis_keys import actions_counter_key, lease_key

# All leases of a worker in one call. KEYS: lease, highest epoch, action counter of each. ARGV: owner, life in ms, then
# epoch and last action applied of each. A Redis that has lost its memory gets the epoch and the counter of the actions
# back from the worker that lives.
_HOLD = """
local answers = {}
for i = 1, #KEYS / 3 do
  local lease, top, counter = KEYS[3 * i - 2], KEYS[3 * i - 1], KEYS[3 * i]
  local epoch, action = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
  local highest = redis.call('GET', top)
  local held = redis.call('HMGET', lease, 'epoch', 'owner')
  local over = highest and tonumber(highest) > epoch
  local taken = held[1] and (tonumber(held[1]) > epoch or (tonumber(held[1]) == epoch and held[2] ~= ARGV[1]))
  if over or taken then
    answers[i] = 0
  elseif held[1] and tonumber(held[1]) < epoch then
    redis.call('SET', top, epoch, 'EX', 604800)
    answers[i] = 2
  else
    if not highest and tonumber(redis.call('GET', counter) or '0') < action then
      redis.call('SET', counter, action)
    end
    redis.call('SET', top, epoch, 'EX', 604800)
    redis.call('HSET', lease, 'epoch', epoch, 'owner', ARGV[1])
    redis.call('PEXPIRE', lease, ARGV[2])
    answers[i] = 1
  end
end
return answers
"""

GIVE_BACK = """
local function give_back(lease, epoch, owner)
  local held = redis.call('HMGET', lease, 'epoch', 'owner')
  if held[1] == epoch and held[2] == owner then redis.call('DEL', lease) end
end
"""
# KEYS: lease. ARGV: epoch, owner.
_RELEASE = GIVE_BACK + "give_back(KEYS[1], ARGV[1], ARGV[2]) return 1"


OVER, HELD, GIVES_WAY = 0, 1, 2
"""GIVES_WAY: an earlier epoch still has the lease, until its next renewal at most; ask again then."""


class Claim(NamedTuple):
    """What a worker claims: to write for a simulation in an epoch, having applied this action last."""

    sim_id: str
    epoch: int
    action: int = 0


def epoch_key(sim_id: str) -> str:
    """The highest epoch that has begun."""
    return f"pde:epoch:{sim_id}"


def hold(redis: Any, claims: Sequence[Claim], owner: str, life: float) -> Any:
    """Acquire or renew for `life` seconds: for each HELD, OVER (also where another worker has it) or GIVES_WAY.

    `redis` is a connection or a pipeline, synchronous or not: the answer is what its `eval` answers.
    """
    keys = [
        key
        for claim in claims
        for key in (lease_key(claim.sim_id), epoch_key(claim.sim_id), actions_counter_key(claim.sim_id))
    ]
    numbers = [number for claim in claims for number in (claim.epoch, claim.action)]
    return redis.eval(_HOLD, len(keys), *keys, owner, int(life * 1000), *numbers)


def release(redis: Any, sim_id: str, epoch: int, owner: str) -> Any:
    """Give the lease back, if it is still this owner's."""
    return redis.eval(_RELEASE, 1, lease_key(sim_id), epoch, owner)
