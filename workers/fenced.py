"""One beat's writes as one script of Redis: all of them, or none when another attempt of one simulation has begun.

A worker that was stopped between its look at the clock and its writing would otherwise write when it has lost its
lease. Within a beat the notes come first and the checkpoints behind the frames: nothing is ever seen of an action
whose note is not kept, and a checkpoint never stands before the frames that led to it.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from redis.exceptions import NoScriptError

from connections.bus import FRAMES_KEPT, MESSAGES_KEPT, batches
from connections.redis_keys import FRAMES, REPORTS, checkpoint_key, lease_key
from connections.shot import SHOTS, SHOTS_KEPT
from workers.checkpoint import KEEP, PUBLISHED, applied_key
from workers.hosted import Hosted
from workers.items import Farewell, GaveUp, Item, Report, Saved, Sent, Shown
from workers.lease import GIVE_BACK, epoch_key

# KEYS: the highest epoch that has begun, of each simulation. ARGV: its epoch here, of each, then the commands, each
# behind the number of its words. Answers the places of those whose epoch is over.
_SCRIPT = f"""{GIVE_BACK}{KEEP}
local over, own = {{}}, {{GIVE_BACK = give_back, KEEP = keep}}
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') > tonumber(ARGV[i]) then over[#over + 1] = i - 1 end
end
if #over > 0 then return over end
local place = #KEYS + 1
while place <= #ARGV do
  local last = place + tonumber(ARGV[place])
  local mine = own[ARGV[place + 1]]
  if mine then mine(unpack(ARGV, place + 2, last)) else redis.call(unpack(ARGV, place + 1, last)) end
  place = last + 1
end
return over
"""
_SHA = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()
_AT_ONCE = 1000
"""Fields of one command: Lua hands on a few thousand words at most."""
Word = str | bytes | int
Command = Sequence[Word]


async def write(redis: Any, items: Sequence[Item]) -> list[Hosted]:
    """Write all, or nothing and answer whose epoch is over. Raises RedisError.

    What gives back the lease of an epoch that is over is written whoever has it.
    """
    claims = list(dict.fromkeys(item.hosted for item in items if not isinstance(item, GaveUp)))
    keys = [epoch_key(hosted.sim_id) for hosted in claims]
    words: list[Word] = [hosted.assignment.epoch for hosted in claims]
    for command in _commands(items):
        words += (len(command), *command)
    try:
        over = await redis.evalsha(_SHA, len(keys), *keys, *words)
    except NoScriptError:
        over = await redis.eval(_SCRIPT, len(keys), *keys, *words)
    return [claims[place] for place in over]


def _commands(items: Sequence[Item]) -> Iterator[Command]:
    sent = [item for item in items if isinstance(item, Sent)]
    for told in sent:
        if told.note is not None:
            note = f"{told.note.tick} {told.note.wall}"
            yield "HSET", applied_key(told.hosted.sim_id), told.frame.action, note
    for batch in batches([told.frame for told in sent]):
        yield "XADD", FRAMES, "MAXLEN", "~", FRAMES_KEPT, "*", "b", batch
    yield from _published(sent)
    for item in items:
        yield from _rest(item)


def _published(sent: Sequence[Sent]) -> Iterator[Command]:
    newest = {told.frame.sim_id: told.frame for told in sent}
    fields = [(sim_id, f"{frame.epoch} {frame.tick} {frame.wall_time}") for sim_id, frame in newest.items()]
    for first in range(0, len(fields), _AT_ONCE):
        yield "HSET", PUBLISHED, *(word for field in fields[first : first + _AT_ONCE] for word in field)


def _rest(item: Item) -> Iterator[Command]:
    sim_id, epoch = item.hosted.sim_id, item.hosted.assignment.epoch
    match item:
        case Saved():
            yield "KEEP", checkpoint_key(sim_id), item.content
            if item.needless:
                yield "HDEL", applied_key(sim_id), *item.needless
        case Shown():
            yield "XADD", SHOTS, "MAXLEN", "~", SHOTS_KEPT, "*", "b", item.shot.encode()
        case Report():
            yield "XADD", REPORTS, "MAXLEN", "~", MESSAGES_KEPT, "*", "m", json.dumps(item.message)
        case GaveUp() | Farewell():
            yield "GIVE_BACK", lease_key(sim_id), epoch, item.owner
            if isinstance(item, Farewell) and item.forget:
                yield "DEL", checkpoint_key(sim_id), applied_key(sim_id)
                yield "HDEL", PUBLISHED, sim_id
        case _:
            return
