"""What comes in: frames into the value table and the record, lifecycle events and records into the address space."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

from connections.historian.sqlite import SqliteHistorian
from connections.log import logger
from connections.record import Record
from connections.redis_keys import EVENTS, FRAMES
from connections.settings import Settings
from connections.simulations import Simulations
from opcua_server.alarms.system import AlarmSystem
from opcua_server.live import Live
from opcua_server.pieces import cut
from opcua_server.recorder import Recorder
from opcua_server.space import Space
from opcua_server.values import to_ticks
from plant.errors import DamagedFrame, Unavailable, UnknownName
from plant.frames import Frame, unpack
from plant.lifecycle import ENDED, HOSTED
from plant.quality import Quality

_RESYNC = 10.0
_LOOK = 0.5
_SHORTEST_PATIENCE = 3.0
_PATIENCE_PERIODS = 3
_RETRY = 0.5
_ENTRIES_AT_ONCE = 16
"""Stream entries (of up to 32 frames) that are applied before others get their turn: some milliseconds."""
_GATHER = 0.004
"""Seconds for more to come: the frames of one beat are sent in several entries, and asking costs more than an entry."""
_log = logger(__name__)

Announce = Callable[[Live, bool], Awaitable[None]]


def patience(settings: Settings) -> float:
    """Seconds without a frame after which a worker is late."""
    return max(_SHORTEST_PATIENCE, _PATIENCE_PERIODS * settings.worker.sign_of_life)


class Feed:
    """Keeps the space and the record up to date."""

    def __init__(
        self, simulations: Simulations, space: Space, historian: SqliteHistorian, recorder: Recorder,
        alarms: AlarmSystem, announce: Announce,
    ) -> None:  # fmt: skip
        self._simulations, self._space, self._alarms = simulations, space, alarms
        self._historian, self._recorder, self._announce = historian, recorder, announce
        self._models: dict[str, str] = {}
        self.damaged = 0
        self.fetch_models: Callable[[], Awaitable[None]] | None = None
        self._kept = simulations.settings.life.ended_kept
        self._patience = patience(simulations.settings)

    async def load(self) -> str:
        """Show the records of the database with their last recorded values; answers the position of the events."""
        position = await self._simulations.bus.last_position(EVENTS)
        self._alarms.watch.states.restore(await asyncio.to_thread(self._historian.alarms))
        await self.resync()
        self._alarms.watch.states.forget_strangers()
        for live in list(self._space.simulations.values()):
            last = await asyncio.to_thread(self._last_values, live)
            if live.block.frame is None:
                self._space.table.restore(live.block, last)
        return position

    async def resync(self) -> None:
        """Make the space equal to the database, whatever events were lost."""
        simulations = self._space.simulations
        known = {live.record.sim_id: live.record for live in simulations.values()}
        records = await asyncio.to_thread(self._simulations.records.all_now, known.values())
        ended = sorted((r for r in records if not r.alive), key=lambda r: r.ended_at or r.updated_at, reverse=True)
        shown = {r.sim_id for r in records if r.alive} | {r.sim_id for r in ended[: self._kept]}
        for record in records:
            if record.sim_id in shown and known.get(record.sim_id) is not record:
                await self.show(record)
        for sim_id in [sim_id for sim_id in simulations if sim_id not in shown]:
            await self._remove(sim_id)

    async def show(self, record: Record) -> None:
        """Put one record into the space."""
        self._models[record.sim_id] = record.model_id
        if record.model_id not in self._space.templates and self.fetch_models is not None:
            await self.fetch_models()
        if record.model_id not in self._space.templates:
            _log.error("no such model", sim_id=record.sim_id, model_id=record.model_id)
            return
        new = self._space.put(record)
        live = self._space.simulations[record.sim_id]
        if new:
            self._alarms.watch.attach(live)
        self._mark_ended(live)
        if new:
            await self._announce(live, True)

    async def follow_events(self, position: str) -> None:
        """Take over what happens to simulations, for ever."""
        async for _, message in self._simulations.bus.follow(EVENTS, position):
            event = json.loads(message)
            if event["kind"] == "lifecycle":
                await self.show(Record.from_message(event["record"]))
            elif event["kind"] == "deleted":
                await self._remove(event["sim_id"])

    async def heal(self) -> None:
        """Compare with the database now and then, for ever."""
        while True:
            await asyncio.sleep(_RESYNC)
            try:
                await self.resync()
            except Unavailable as error:
                _log.warning("records not compared", cause=str(error))

    async def follow_frames(self) -> None:
        """Take over frames from behind the last one recorded, for ever."""
        position = await asyncio.to_thread(self._historian.position)
        async for entries in self._simulations.bus.follow_together(FRAMES, position, gather=_GATHER):
            for piece in cut(entries, _ENTRIES_AT_ONCE):
                await self._take([frame for _, batch in piece for frame in self._unpacked(batch)], piece[-1][0])

    async def watch(self) -> None:
        """Mark what its worker has left alone for too long, for ever."""
        while True:
            await asyncio.sleep(_LOOK)
            oldest = time.monotonic() - self._patience
            for live in self._space.simulations.values():
                block = live.block
                if block.frame is not None and not block.stale and block.seen < oldest and live.state in HOSTED:
                    block.stale = True
                    self._space.table.mark(block, Quality.UNCERTAIN_LAST_USABLE_VALUE)

    async def _take(self, frames: list[Frame], position: str) -> None:
        """Record and show frames; `position` is that of the last one."""
        models = self._models
        for sim_id in {frame.sim_id for frame in frames if frame.sim_id not in models}:
            await self._find_model(sim_id)
        known = [frame for frame in frames if frame.sim_id in models]
        self._recorder.take(known, models, position)
        simulations = self._space.simulations
        shown = [(simulations[frame.sim_id], frame) for frame in known if frame.sim_id in simulations]
        self._space.table.apply([(live.block, frame) for live, frame in shown])
        for live, frame in shown:
            if frame.state in ENDED:
                self._mark_ended(live)
        await self._recorder.room()
        await asyncio.sleep(0)

    def _mark_ended(self, live: Live) -> None:
        """The values of an ended simulation are its last usable ones, and its alarms are over."""
        if live.state not in ENDED:
            return
        self._alarms.watch.retire(live, time.time_ns())
        if not live.block.stale and live.block.frame is not None:
            live.block.stale = True
            self._space.table.mark(live.block, Quality.UNCERTAIN_LAST_USABLE_VALUE)

    async def _remove(self, sim_id: str) -> None:
        live = self._space.remove(sim_id)
        if live is not None:
            await self._announce(live, False)

    async def _find_model(self, sim_id: str) -> None:
        """Ask the database for a simulation whose event has not come yet; one that it does not know stays unknown."""
        while sim_id not in self._models:
            try:
                await self.show(await asyncio.to_thread(self._simulations.records.get, sim_id))
            except UnknownName:
                return
            except Unavailable:
                await asyncio.sleep(_RETRY)  # without the model its frames can't be recorded

    def _unpacked(self, batch: bytes) -> list[Frame]:
        frames: list[Frame] = []
        try:
            frames.extend(unpack(batch))
        except DamagedFrame as error:
            self.damaged += 1
            _log.error("damaged frames", cause=str(error))
        return frames

    def _last_values(self, live: Live) -> dict[str, tuple[float, int]]:
        last: dict[str, tuple[float, int]] = {}
        for tag in live.template.model.tags:
            series = self._historian.read_raw(live.record.sim_id, tag.name, None, None, 1, reverse=True)
            if len(series.value) and series.status[0] < Quality.BAD_OUT_OF_RANGE:
                last[tag.name] = float(series.value[0]), to_ticks(int(series.wall_time[0]))
        return last
