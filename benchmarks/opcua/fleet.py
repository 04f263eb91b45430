"""Simulations for a server to show, and their frames: what a worker would send, with values that count the samples."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from connections.bus import Bus, batches
from connections.record import Record, now
from connections.records import Records
from connections.redis_keys import FRAMES
from plant.access import User, may_write
from plant.frames import Frame, Kind
from plant.lifecycle import State
from plant.model import Model

PERIOD = 1.0


@dataclass(frozen=True)
class Fleet:
    """Simulations of one model."""

    model: Model
    sim_ids: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """The full names of all tags that are Doubles."""
        tags = [tag.name for tag in self.model.tags if not tag.states]
        return [f"{sim_id}.{tag}" for sim_id in self.sim_ids for tag in tags]

    @property
    def writable(self) -> list[str]:
        """The names of all Doubles that an engineer may write, each with its range."""
        driven = {loop.manipulated for loop in self.model.loops}
        tags = [tag for tag in self.model.tags if not tag.states and may_write(User.ENGINEER, tag)]
        free = [tag for tag in tags if tag.name not in driven]
        return [f"{sim_id}.{tag.name} {tag.low} {tag.high}" for sim_id in self.sim_ids for tag in free]

    def frames(self, number: int) -> list[Frame]:
        """The sample `number` of every simulation."""
        wall, values = time.time_ns(), np.full(len(self.model.tags), float(number))
        return [
            Frame(sim_id, Kind.SAMPLE, State.RUNNING, 1, number, number, 0, float(number), wall, 1.0, 0, values)
            for sim_id in self.sim_ids
        ]

    async def move(self, bus: Bus, first: int = 1) -> None:
        """Send a sample of every simulation each second, for ever."""
        number, due = first, time.monotonic()
        while True:
            async with bus.redis.pipeline(transaction=False) as pipeline:
                for batch in batches(self.frames(number)):
                    pipeline.xadd(FRAMES, {"f": batch}, maxlen=20_000, approximate=True)
                await pipeline.execute()
            number, due = number + 1, due + PERIOD
            await asyncio.sleep(max(0.0, due - time.monotonic()))


def record_fleet(records: Records, model: Model, count: int) -> Fleet:
    """Put running simulations into the database."""
    sim_ids = tuple(f"{model.id}-{number}" for number in range(1, count + 1))
    present = now()
    for number, sim_id in enumerate(sim_ids, 1):
        records.create(
            Record(
                sim_id, number, model.id, sim_id, State.RUNNING, 1, 1, 1, 1.0, 1.0, 1e6, number, present, present,
                machine="bench", started_at=present, ends_at=present + timedelta(days=1),
            )
        )  # fmt: skip
    return Fleet(model, sim_ids)
