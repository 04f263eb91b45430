"""The bus: what the processes write and read in Redis."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.exceptions import RedisError

from connections.action import Action
from connections.appending import ScriptLine
from connections.correlation import CORRELATION
from connections.following import Entries, StreamReader
from connections.redis_client import client, patience
from connections.redis_keys import EVENTS, WORKERS, actions_counter_key, actions_key, keys_of, worker_key
from connections.scripts import APPEND, APPEND_MANY, APPEND_UNLESS_CHANGED, TELL_MANY
from connections.taken import Behind, Taken
from plant.errors import Unavailable
from plant.frames import Frame, pack

FRAMES_KEPT = 20_000
MESSAGES_KEPT = 10_000
_MOST = b"%d" % MESSAGES_KEPT
_EVENTS, _NEWS = EVENTS.encode(), b">"
FRAMES_PER_ENTRY = 32
KEY_LIFE = 86_400
BLOCK = 2.0
"""Seconds that a read of a stream waits for news: who asks more often wakes for nothing."""
IDLE = 1.0
"""Seconds after which a connection is tried before something is sent that must not be sent twice."""


class Bus:
    """Asynchronous access to the shared keys. Errors of Redis leave as Unavailable."""

    def __init__(self, redis: Redis, appending: Redis) -> None:
        self.redis: Any = redis  # redis-py types an answer as the union of every protocol's answers
        self._appending: Any = appending
        self._used = 0.0
        self._readers: set[StreamReader] = set()
        self.taken = Taken()
        self._append = appending.register_script(APPEND)
        self._append_many = ScriptLine(appending, APPEND_MANY)
        self._append_unless_changed = ScriptLine(appending, APPEND_UNLESS_CHANGED)
        self._tell_many = ScriptLine(appending, TELL_MANY)

    async def alive(self) -> None:
        """Raise Unavailable unless Redis takes requests: asked before a command is recorded."""
        with speaking():
            await self.redis.ping()
            await self._connected()

    async def _connected(self) -> None:
        """Find out by a ping, which may be sent twice, that Redis closed a connection that was idle.

        Otherwise the next entry would find it out, and nobody could tell whether it was taken.
        """
        idle, self._used = time.monotonic() - self._used, time.monotonic()
        if idle > IDLE:
            try:
                await self._appending.ping()
            except RedisError:
                await self._appending.ping()

    async def append_action(self, sim_id: str, action: Action, key: str | None = None) -> tuple[int, bool]:
        """Append durably; answer its number and whether it is new (a repeated idempotency key is not)."""
        keys = [actions_key(sim_id), actions_counter_key(sim_id), f"pde:key:{sim_id}:{key or ''}"]
        with speaking():
            await self._connected()
            number, new = await self._append(keys, [action.encode(), int(key is not None), MESSAGES_KEPT, KEY_LIFE])
        return int(number), bool(new)

    async def append_values(
        self, user: str, door: str, at: int, values: Sequence[tuple[str, Mapping[str, float]]]
    ) -> list[int]:
        """Append the values (tag -> float) of one request to each of these simulations, in one message; the numbers.

        Raises as `append_encoded`.
        """
        if not values:
            return []
        keys = [key for sim_id, _ in values for key in keys_of(sim_id)]
        frame = {"user": user, "door": door, "at": at, "command": None, "argument": None, "trace": CORRELATION.get()}
        return await self.append_encoded(keys, [orjson.dumps({**frame, "values": one}) for _, one in values])

    async def append_encoded(self, keys: Sequence[bytes], actions: Sequence[bytes]) -> list[int]:
        """Append an encoded action to each of the simulations that `keys` belong to, in one message; the numbers.

        Where this process follows EVENTS it was decided by them: raises Behind, with nothing done, when there are some
        about these simulations that were not taken over yet. Raises Unavailable.
        """
        with speaking():
            numbers = await self._append_many.run([_EVENTS, *keys], [_MOST, self.taken.next(EVENTS), *actions])
        if numbers[:1] == _NEWS:
            raise Behind(numbers[1:].decode())
        return [int(number) for number in numbers.split()]

    async def append_unless_changed(self, sim_id: str, action: Action, event: str) -> int | None:
        """Append an action, unless EVENTS has told something behind the position `event`: its number, or None."""
        with speaking():
            async with patience():
                number = await self._append_unless_changed.run(
                    [*keys_of(sim_id), _EVENTS], [_MOST, action.encode(), event.encode()]
                )
        return int(number) if number else None

    async def tell_many(self, stream: str, messages: Sequence[bytes]) -> None:
        """Append messages to a stream, all or none; nobody knows which if Redis goes away meanwhile."""
        with speaking():
            await self._tell_many.run([stream.encode()], messages)

    async def close(self) -> None:
        """Give back what is not the clients' own."""
        for script in (self._append_many, self._append_unless_changed, self._tell_many):
            await script.close()
        for reader in list(self._readers):
            await reader.close()

    async def retire(self, sim_id: str) -> None:
        """Let what is there of an ended simulation go after a day."""
        with speaking():
            async with self.redis.pipeline(transaction=False) as pipeline:
                for key in (actions_key(sim_id), actions_counter_key(sim_id), f"pde:epoch:{sim_id}"):
                    pipeline.expire(key, KEY_LIFE)
                await pipeline.execute()

    async def find_action(self, sim_id: str, key: str) -> Action | None:
        """The action that was appended with this idempotency key, while it is remembered."""
        with speaking():
            number = await self.redis.get(f"pde:key:{sim_id}:{key}")
            place = f"{int(number or 0)}-0"
            entries = await self.redis.xrange(actions_key(sim_id), place, place) if number else []
        return Action.decode(int(number), entries[0][1][b"a"]) if entries else None

    async def read_actions(self, sim_id: str, count: int) -> list[Action]:
        """The newest actions, newest first."""
        with speaking():
            entries = await self.redis.xrevrange(actions_key(sim_id), count=count)
        return [Action.decode(int(entry.split(b"-")[0]), fields[b"a"]) for entry, fields in entries]

    async def publish(self, stream: str, message: dict[str, Any]) -> None:
        """Append one JSON message to REPORTS or EVENTS."""
        with speaking():
            await self._connected()
            await self._appending.xadd(stream, {"m": json.dumps(message)}, maxlen=MESSAGES_KEPT, approximate=True)

    async def follow(
        self, stream: str, position: str = "$", block: float = BLOCK
    ) -> AsyncGenerator[tuple[str, bytes], None]:
        """Yield (position, payload) of a stream for ever, from behind `position`; waits out Redis being away.

        Payload is the batch of frames for FRAMES and the JSON message otherwise. "$" starts with what comes next.
        Whoever asks for the next entry has taken over the one before.
        """
        if position == "$":
            position = await self.last_position(stream)
        self.taken.reach(stream, position)
        async for entries in self.follow_together(stream, position, block):
            for entry in entries:
                yield entry
                self.taken.reach(stream, entry[0])

    async def follow_together(
        self, stream: str, position: str = "$", block: float = BLOCK, gather: float = 0.0
    ) -> AsyncGenerator[Entries]:
        """The same, with the entries that came at once, or within about `gather` seconds, in one list."""
        if position == "$":
            position = await self.last_position(stream)
        reader = StreamReader(self.redis, stream)
        self._readers.add(reader)
        try:
            while True:
                try:
                    entries = await reader.gather(position, block, gather)
                except RedisError:
                    await asyncio.sleep(0.2)  # Redis is away: its return can't be awaited
                    continue
                if entries:
                    position = entries[-1][0]
                    yield entries
        finally:
            self._readers.discard(reader)
            await reader.close()

    async def last_position(self, stream: str) -> str:
        """The position of the newest entry of a stream."""
        with speaking():
            newest = await self.redis.xrevrange(stream, count=1)
        return newest[0][0].decode() if newest else "0-0"

    async def workers(self) -> list[dict[str, str]]:
        """The heartbeats of all living workers: name, machine, machine_name, slots, hosted, cores, load, heartbeat."""
        with speaking():
            names = sorted(await self.redis.smembers(WORKERS))
            async with self.redis.pipeline(transaction=False) as pipeline:
                for name in names:
                    pipeline.hgetall(worker_key(name.decode()))
                beats = await pipeline.execute()
        return [{k.decode(): v.decode() for k, v in beat.items()} for beat in beats if beat]


class speaking:  # noqa: N801 - reads as a phrase: `with speaking():`
    """Turn errors of Redis into Unavailable, in the user's words."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Translate."""
        if isinstance(error, RedisError):
            raise Unavailable(f"Redis does not answer: {error}") from error


def batches(frames: Sequence[Frame]) -> list[bytes]:
    """The frames as stream entries of bounded size."""
    return [pack(frames[i : i + FRAMES_PER_ENTRY]) for i in range(0, len(frames), FRAMES_PER_ENTRY)]


@asynccontextmanager
async def connect(url: str) -> AsyncIterator[Bus]:
    """A bus on this Redis, closed at the end."""
    asking = client(url, Retry(ExponentialBackoff(cap=1.0, base=0.05), 3))
    # What was sent once is not sent again by itself: Redis may have taken it, and a step would be made twice.
    appending = client(url, Retry(NoBackoff(), 0))
    bus = Bus(asking, appending)
    try:
        yield bus
    finally:
        await bus.close()
        await asking.aclose()
        await appending.aclose()
