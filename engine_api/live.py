"""The live table: the latest frame of every simulation, what was accepted since, and how far both can be trusted."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from connections.bus import Bus
from connections.log import logger
from connections.record import Record, now
from connections.redis_keys import EVENTS, FRAMES
from engine_api.happenings import Happenings
from engine_api.held import Held, Present, nothing_yet
from engine_api.metrics import Metrics
from plant import catalog
from plant.access import Who
from plant.errors import DamagedFrame
from plant.frames import Frame, unpack
from plant.lifecycle import HOSTED
from plant.ownership import may_see, supervises
from plant.quality import Quality

SILENCE = 3.0
SIGNS_MISSED = 3
REPLAYED_MILLISECONDS = 10_000
_GATHER = 0.005
"""Seconds for more to come: simulations have beats of their own, and asking for each costs more than showing it."""
_log = logger("live")


class Live(Happenings):
    """The table of one engine, and what happens in it. Not thread safe: for one event loop."""

    def __init__(self, sign_of_life: float, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._late = max(SILENCE, SIGNS_MISSED * sign_of_life)
        self._clock, self._metrics = clock, metrics
        self._held: dict[str, Held] = {}
        self._changes = 0
        self._waiters: set[asyncio.Event] = set()
        self.records: dict[str, Record] = {}
        self.event_position = ""
        """Of the newest event that the records of this table know of."""

    def load(self, records: list[Record], event_position: str) -> None:
        """Start from what the store knew when the newest event was the one at this position."""
        self.records = {record.sim_id: record for record in records}
        self.event_position = event_position

    def take(self, frame: Frame) -> None:
        """Show a frame, unless what is shown already is newer."""
        held = self._held.get(frame.sim_id)
        if held and not frame.newer_than(held.frame.epoch, held.frame.sequence):
            self._metrics.frames.labels("refused").inc()
            return
        self._metrics.frames.labels("received").inc()
        self._changes += 1
        accepted = held.accepted if held else {}
        waiting = {tag: (value, number) for tag, (value, number) in accepted.items() if number > frame.action}
        self._held[frame.sim_id] = Held(frame, self._clock(), self._changes, waiting)

    def accept(self, sim_id: str, number: int, values: dict[str, float]) -> None:
        """Show accepted values at once, until the frame that has applied action `number` arrives."""
        held = self._held.get(sim_id)
        if held is None or held.frame.action >= number:
            return
        self._changes += 1
        held.changed = self._changes
        held.accepted.update({tag: (value, number) for tag, value in values.items()})

    def event(self, message: dict[str, Any]) -> None:
        """Take what the store announced and pass it on to whoever listens."""
        about = None
        if message["kind"] == "deleted":
            about = self.records.pop(message["sim_id"], None)
            self._held.pop(message["sim_id"], None)
        else:
            self._update(Record.from_message(message["record"]))
        self.wake()
        self.tell(_told(message), about)

    def wake(self) -> None:
        """Let those who wait in `until` look again."""
        for waiter in self._waiters:
            waiter.set()

    def _update(self, record: Record) -> None:
        known = self.records.get(record.sim_id)
        if known is None or record.version > known.version:
            self.records[record.sim_id] = record

    def sees(self, who: Who, sim_id: str) -> bool:
        """Whether the simulation is there for the caller; those that the store has forgotten are for supervisors."""
        record = self.records.get(sim_id)
        return supervises(who) if record is None else may_see(who, record)

    def frame(self, sim_id: str) -> Frame | None:
        """The latest frame."""
        held = self._held.get(sim_id)
        return held.frame if held else None

    def values(self, record: Record) -> list[float]:
        """The values that a control action is checked against: those in effect, or those of the start."""
        held = self._held.get(record.sim_id)
        model = catalog.find(record.model_id)
        if held is None or len(held.frame.values) != len(model.tags):
            begun = {**model.start(record.start).inputs, **record.inputs}
            return [begun.get(tag.name, tag.nominal) for tag in model.tags]
        values: list[float] = held.tags(model)[0].tolist()
        return values

    def present(self, record: Record) -> Present:
        """All tags as they stand now."""
        model = catalog.find(record.model_id)
        held = self._held.get(record.sim_id)
        if held is None or len(held.frame.values) != len(model.tags):
            return nothing_yet(model, record)
        fresh = record.status in HOSTED and self._clock() - held.arrived <= self._late
        frame = held.frame
        values, status = held.tags(model)
        if not fresh:
            status[status == Quality.GOOD] = Quality.UNCERTAIN_LAST_USABLE_VALUE
        values[status >= 0x80000000] = np.nan
        return Present(values, status, frame.wall_time, frame.sim_time, frame.tick, int(frame.overruns),
                       2 * held.changed + fresh)  # fmt: skip

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait for a condition on records and frames; False when it did not come in time."""
        changed = asyncio.Event()
        self._waiters.add(changed)
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    await changed.wait()
                    changed.clear()
        except TimeoutError:
            return False
        finally:
            self._waiters.discard(changed)
        return True


def _told(message: dict[str, Any]) -> dict[str, Any]:
    time = now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if message["kind"] == "deleted":
        return {"kind": "deleted", "sim_id": message["sim_id"], "status": None, "cause": None, "time": time}
    record = message["record"]
    told = {name: record[name] for name in ("sim_id", "model_id", "status", "cause", "version")}
    return {"kind": "lifecycle", **told, "time": time}


async def follow_events(bus: Bus, live: Live) -> None:
    """Keep the records of the table as the store announces them, for ever."""
    async for place, message in bus.follow(EVENTS, live.event_position):
        try:
            live.event(json.loads(message))
        except (KeyError, ValueError, TypeError) as error:
            _log.warning("event of another version ignored", error=repr(error))
        live.event_position = place


async def follow_frames(bus: Bus, live: Live) -> None:
    """Keep the values of the table, for ever; begins a little in the past, so that a restart shows values at once."""
    newest = await bus.last_position(FRAMES)
    position = f"{max(0, int(newest.split('-')[0]) - REPLAYED_MILLISECONDS)}-0"
    async for entries in bus.follow_together(FRAMES, position, gather=_GATHER):
        for _, batch in entries:
            try:
                for frame in unpack(batch):
                    live.take(frame)
            except DamagedFrame as error:
                _log.warning("frames refused", error=str(error))
        live.wake()
