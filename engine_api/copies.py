"""Copies of what Redis alone would hold: checkpoints and accepted actions of all that runs, to SQL now and then."""

import asyncio
import time
from collections.abc import Callable

from connections import checkpoints, tails
from connections.log import logger
from connections.record import Record
from connections.simulations import Simulations
from connections.snapshots import Snapshots
from engine_api.metrics import Metrics
from engine_api.snapshots import Backtracks
from plant.errors import Unavailable
from plant.lifecycle import ENDED, HOSTED

SHARE = 0.1
"""Copying takes at most this share of the time: with very many simulations the copies come less often."""
_log = logger("copies")


class Copier:
    """Copies for ever; `age` is the number of seconds since everything was copied, in periods of `pause` seconds."""

    def __init__(self, simulations: Simulations, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._simulations, self._metrics, self._clock = simulations, metrics, clock
        self._reached: dict[str, int] = {}
        self._copied: set[str] = set()
        self._records: list[Record] = []
        self._backtracks = Backtracks(Snapshots(simulations.records), simulations.settings.life)
        self._done = clock()
        self.pause = simulations.settings.copies

    @property
    def age(self) -> float:
        """Seconds since the last whole copy."""
        return self._clock() - self._done

    async def run(self) -> None:
        """Begin with what the last leader left, then copy for ever."""
        self._done = self._clock()
        begun = False
        while True:
            started = self._clock()
            try:
                if not begun:
                    await self._begin()
                    begun = True
                await self.copy()
            except Unavailable as error:
                _log.warning("nothing copied", error=str(error))
            self._metrics.copy_age.set(self.age)
            self.pause = max(self._simulations.settings.copies, (self._clock() - started) / SHARE)
            await asyncio.sleep(self.pause)

    async def copy(self) -> None:
        """Copy everything that lives; forget what has ended. Raises Unavailable."""
        simulations = self._simulations
        records = self._records = await asyncio.to_thread(simulations.records.alive_now, self._records)
        living = {record.sim_id for record in records}
        hosted = [record.sim_id for record in records if record.status in HOSTED or record.epoch > 1]
        await self._backtracks.keep(await checkpoints.copy(simulations.bus, simulations.checkpoints, hosted))
        ended = sorted(self._copied - living)
        await tails.copy(simulations.bus, simulations.tails, [*hosted, *ended], self._reached)
        await self._forget(ended)
        self._copied = set(hosted)
        self._done = self._clock()

    async def _begin(self) -> None:
        simulations = self._simulations
        self._reached = await asyncio.to_thread(simulations.tails.reached)
        ended = await asyncio.to_thread(simulations.records.all, states=ENDED)
        await self._forget([record.sim_id for record in ended])

    async def _forget(self, ended: list[str]) -> None:
        for sim_id in ended:
            self._reached.pop(sim_id, None)
        if ended:
            await asyncio.to_thread(self._simulations.checkpoints.forget, ended)
            await asyncio.to_thread(self._simulations.tails.forget, ended)
