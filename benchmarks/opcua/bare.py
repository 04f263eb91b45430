"""The tag engine alone: our server without Redis, records, history and alarms, its values moved in its own process.

`PORT READ WRITE TAGS`: writes the names of its tags to two files, says `ready`. This is what the peers do: they too
make their values themselves and keep nothing. What a write leaves behind is a number.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.opcua.fleet import Fleet
from connections.record import Record, now
from connections.settings import OpcuaSettings
from opcua_server.attributes import Reader
from opcua_server.decoding import guard_decoding
from opcua_server.limits import LIMITS
from opcua_server.reads import FastReads
from opcua_server.server import PlantServer
from opcua_server.sight import Sight
from opcua_server.space import Space
from opcua_server.subscriptions import Subscriptions
from opcua_server.tags import ValueTable
from opcua_server.templates import read_template
from opcua_server.write_templates import WriteTemplates
from opcua_server.writes import Writer
from plant.catalog import MODELS
from plant.lifecycle import State

object.__setattr__(LIMITS, "items", 1_000_000)


class Counter:
    """In place of the bus: an accepted action gets a number and is forgotten."""

    def __init__(self) -> None:
        self.number = 0

    async def append_encoded(self, _keys: Sequence[bytes], actions: Sequence[bytes]) -> list[int]:
        """The next number for each."""
        self.number += 1
        return [self.number] * len(actions)


async def serve(port: int, read: Path, write: Path, tags: int) -> None:
    """Serve until terminated."""
    guard_decoding()
    server = PlantServer(OpcuaSettings(port=port))
    await server.init()
    await server.load_types()
    model = max(MODELS.values(), key=lambda one: len(one.tags))
    aspace, services, bus = server.iserver.aspace, server.iserver, Counter()
    space = Space(ValueTable(), {model.id: read_template(aspace, model)})
    await space.install(server)
    writer: Any = Writer(aspace, space, bus)  # type: ignore[arg-type]
    services.reader, services.writer = Reader(aspace, space), writer
    services.sight = Sight(space)
    services.fast_reads, services.write_templates = FastReads(space), WriteTemplates(space)
    services.subscription_service = services.isession.subscription_service = Subscriptions(services, space)
    count = -(-tags // sum(1 for tag in model.tags if not tag.states))
    fleet = Fleet(model, tuple(f"{model.id}-{number}" for number in range(1, count + 1)))
    moment = now()
    for number, sim_id in enumerate(fleet.sim_ids, 1):
        space.put(Record(sim_id, number, model.id, "", State.RUNNING, 1, 1, 1, 1.0, 1.0, 1e6, 1, moment, moment))
    await asyncio.to_thread(read.write_text, "\n".join(fleet.names[:tags]))
    await asyncio.to_thread(write.write_text, "\n".join(fleet.writable))
    await server.start()
    print("ready", flush=True)
    await move(space, fleet, bus)


async def move(space: Space, fleet: Fleet, bus: Counter) -> None:
    """A sample of every simulation each second, for ever."""
    number, due = 0, time.monotonic()
    blocks = [space.simulations[sim_id].block for sim_id in fleet.sim_ids]
    while True:
        number, due = number + 1, due + 1.0
        frames = (replace(frame, action=bus.number) for frame in fleet.frames(number))
        space.table.apply(zip(blocks, frames, strict=True))
        await asyncio.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])))
