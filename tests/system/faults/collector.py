"""Watches an engine from outside, through its doors: every frame, an OPC UA subscription, the history."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

from asyncua import Client, ua

from connections.bus import connect
from connections.historian.sqlite import SqliteHistorian
from connections.redis_keys import FRAMES
from plant import catalog
from plant.frames import Frame, unpack
from tests.system.faults.invariants import Asked, Facts, Outage, Shown

MOST = 10_000_000
QUEUE = 1000
AGAIN = 0.3
"""Seconds until the next try while the OPC UA server is away, and between two looks whether it is there."""
LOST = (Exception, asyncio.CancelledError)
"""What asyncua raises when a connection dies in the middle of something is of any kind."""
_EPOCH = 116_444_736_000_000_000
"""1970 in OPC UA's count of 100 ns."""


@dataclass
class Collector:
    """What was seen so far; in a thread of its own, it reconnects to whatever comes back.

    `tags` are watched of every simulation handed to `watch`; `connections` counts how often OPC UA was connected.
    """

    redis_url: str
    opcua_url: str
    history: Path
    tags: Sequence[str]
    frames: dict[str, list[Frame]] = field(default_factory=dict)
    shown: dict[str, dict[str, list[Shown]]] = field(default_factory=dict)
    asked: dict[str, list[Asked]] = field(default_factory=dict)
    outages: list[Outage] = field(default_factory=list)
    connections: int = 0
    trouble: BaseException | None = None
    """Why OPC UA was disconnected the last time."""
    _models: dict[str, str] = field(default_factory=dict)

    def watch(self, sim_id: str, model_id: str) -> None:
        """Subscribe to this one's tags too."""
        self.shown[sim_id] = {tag: [] for tag in self.tags}
        self._models[sim_id] = model_id

    def last(self, sim_id: str) -> Frame | None:
        """The newest frame."""
        return next(iter(self.frames.get(sim_id, [])[-1:]), None)

    def unheard(self) -> list[str]:
        """The tags of which the present OPC UA connection has told nothing yet; each has a first value."""
        present = self.connections
        return [
            f"{sim_id}.{tag}" for sim_id, told in self.shown.items() for tag, values in told.items()
            if not values or values[-1].connection < present
        ]  # fmt: skip

    def facts(self, sim_id: str) -> Facts:
        """Everything about one simulation, with its history read now."""
        frames = list(self.frames.get(sim_id, []))
        with SqliteHistorian(self.history, read_only=True) as history:
            recorded = {tag: history.read_raw(sim_id, tag, None, None, MOST) for tag in self.tags}
        names = tuple(tag.name for tag in catalog.find(self._models[sim_id]).tags)
        shown = {tag: list(told) for tag, told in self.shown[sim_id].items()}
        return Facts(sim_id, names, frames, recorded, shown, list(self.asked.get(sim_id, [])), list(self.outages))

    async def run(self, ready: Event, over: asyncio.Event) -> None:
        """Watch until `over`."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._follow(ready)), group.create_task(self._keep_subscribed())]
            await over.wait()
            for task in tasks:
                task.cancel()

    async def _follow(self, ready: Event) -> None:
        async with connect(self.redis_url) as bus:
            ready.set()
            async for _, batch in bus.follow(FRAMES, "0-0"):
                for frame in unpack(batch):
                    self.frames.setdefault(frame.sim_id, []).append(frame)

    async def _keep_subscribed(self) -> None:
        while True:
            try:
                await self._subscribed()
            except LOST as error:
                self.trouble = error
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise asyncio.CancelledError
            await asyncio.sleep(AGAIN)

    async def _subscribed(self) -> None:
        """Until the connection is lost, which raises."""
        async with Client(self.opcua_url, timeout=4) as client:
            self.connections += 1
            handler, known = _Handler(self.shown, self.connections), set[str]()
            subscription = await client.create_subscription(100, handler)
            while True:
                await client.check_connection()
                for sim_id in self.shown.keys() - known:
                    with suppress(ua.UaStatusCodeError):  # its node comes a moment later
                        nodes = [client.get_node(f"ns=2;s={sim_id}.{tag}") for tag in self.tags]
                        await subscription.subscribe_data_change(
                            nodes, queuesize=QUEUE, sampling_interval=ua.Double(0.0)
                        )
                        known.add(sim_id)
                await asyncio.sleep(AGAIN)


@dataclass
class _Handler:
    shown: dict[str, dict[str, list[Shown]]]
    connection: int

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        """Keep it."""
        told = data.monitored_item.Value
        if told.SourceTimestamp is None or value is None:
            return
        sim_id, _, tag = node.nodeid.Identifier.partition(".")
        time = (ua.datetime_to_win_epoch(told.SourceTimestamp) - _EPOCH) * 100
        self.shown[sim_id][tag].append(Shown(time, float(value), int(told.StatusCode.value), self.connection))


@contextmanager
def collecting(collector: Collector) -> Iterator[Collector]:
    """Watch in a thread until the end."""
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)  # lost connections are what is tested
    ready, loops = Event(), list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]()

    async def run() -> None:
        over = asyncio.Event()
        loops.append((asyncio.get_running_loop(), over))
        await collector.run(ready, over)

    thread = Thread(target=lambda: asyncio.run(run()), name="collector")
    thread.start()
    try:
        assert ready.wait(20), "the collector follows the frames"
        yield collector
    finally:
        for loop, over in loops:
            loop.call_soon_threadsafe(over.set)
        thread.join(30)
        assert not thread.is_alive(), "the collector ends"
