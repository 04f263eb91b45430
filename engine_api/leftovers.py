"""What an engine that died between a record and its command has left: workers that never heard the command.

The record is right: a simulation that runs on after its end is stopped, one that is paused, goes on or has its speed
otherwise than its record says is told again.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connections.action import Action
from connections.bus import speaking
from connections.log import logger
from connections.record import Record
from connections.simulations import Simulations
from connections.tails import PUBLISHED
from engine_api.live import Live
from engine_api.scene import Scene, leases
from plant.errors import Unavailable
from plant.frames import Frame
from plant.lifecycle import HOSTED, Command, State
from plant.pace import UNLIMITED

PATIENCE = 5.0
"""Seconds after which a difference is no delay any more."""
_log = logger("leftovers")
Order = tuple[str, Command, float | None]


def difference(record: Record, frame: Frame) -> Order | None:
    """The command that its worker has not carried out."""
    if record.status is State.PAUSED and frame.state is State.RUNNING:
        return record.sim_id, Command.PAUSE, None
    if record.status is State.RUNNING and frame.state is State.PAUSED:
        return record.sim_id, Command.RESUME, None
    if frame.state in HOSTED and frame.speed != record.speed:
        return record.sim_id, Command.SPEED, None if record.speed == UNLIMITED else record.speed
    return None


@dataclass(slots=True)
class _Since:
    """Since when (monotonic) something differs, in which version of the record, after which frame."""

    moment: float
    version: int
    sequence: int


class Leftovers:
    """Looks again and again; `scene` tells what the reconciler saw last."""

    def __init__(
        self, simulations: Simulations, live: Live, scene: Callable[[], Scene],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._simulations, self._live, self._scene, self._clock = simulations, live, scene, clock
        self._since: dict[Order, _Since] = {}

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(self._simulations.settings.worker.renewal)
            try:
                await self.look()
            except Unavailable as error:
                _log.warning("not looked for leftovers", error=str(error))

    async def look(self) -> None:
        """Look once. Raises Unavailable."""
        found = [*self._different(), *await self._running_on()]
        known = {order for order, _, _ in found}
        self._since = {order: since for order, since in self._since.items() if order in known}
        for order, version, sequence in found:
            since = self._since.get(order)
            if since is None or since.version != version:
                self._since[order] = _Since(self._clock(), version, sequence)
            elif self._clock() - since.moment >= PATIENCE and since.sequence != sequence:
                await self._tell(order)
                del self._since[order]

    def _different(self) -> Iterator[tuple[Order, int, int]]:
        scene = self._scene()
        for record in scene.records:
            frame = self._live.frame(record.sim_id)
            if record.status in HOSTED and frame is not None and frame.epoch >= record.epoch and scene.held(record):
                order = difference(record, frame)
                if order is not None:
                    yield order, record.version, frame.sequence

    async def _running_on(self) -> list[tuple[Order, int, int]]:
        """Simulations that have ended and still have a worker."""
        with speaking():
            names = {name.decode() for name in await self._simulations.bus.redis.hkeys(PUBLISHED)}
        living = {record.sim_id for record in self._scene().records}
        ended = [
            sim_id for sim_id in sorted(names - living)
            if (record := self._live.records.get(sim_id)) is not None and not record.alive
        ]  # fmt: skip
        held = await leases(self._simulations.bus, ended, self._simulations.settings.worker.lease)
        frames = {sim_id: self._live.frame(sim_id) for sim_id in held}
        return [
            ((sim_id, Command.STOP, None), 0, frame.sequence) for sim_id, frame in frames.items() if frame is not None
        ]

    async def _tell(self, order: Order) -> None:
        sim_id, command, argument = order
        _log.warning("a command is told again", sim_id=sim_id, command=str(command))
        action = Action("admin", "reconciler", time.time_ns(), command=str(command), argument=argument)
        await self._simulations.bus.append_action(sim_id, action)
