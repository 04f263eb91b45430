"""What many clients and many simulations cost: sessions, the lag that others feel, a simulation in the address space.

`python -m benchmarks.opcua.capacity [--tags N] [--seconds S]`
"""

import argparse
import asyncio
import time
import tracemalloc
from contextlib import AsyncExitStack

from asyncua import ua

from benchmarks.engine.workers import show, show_times
from benchmarks.opcua.client import ask
from benchmarks.opcua.servers import Server, largest_model, ours
from connections.record import Record, now
from connections.settings import OpcuaSettings
from opcua_server.server import PlantServer
from opcua_server.space import Space
from opcua_server.tags import ValueTable
from opcua_server.templates import read_template
from plant.catalog import MODELS
from plant.lifecycle import State
from tests.system.opcua.raw import Raw, connection

SESSIONS, SUBSCRIPTIONS, PER_ADDRESS, SIMULATIONS = 195, 5, 45, 1000
"""Five sessions more are kept for engineers who sign in."""
TIME = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus_CurrentTime))


async def probe(url: str, took: list[float]) -> None:
    """Read the time twenty times a second, for ever: how long an honest client waits."""
    request = ua.ReadRequest()
    request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
    request.Parameters.NodesToRead = [ua.ReadValueId(TIME, ua.AttributeIds.Value)]
    async with connection(url) as raw:
        await raw.session()
        while True:
            begun = time.monotonic()
            await raw.ask(request)
            took.append(time.monotonic() - begun)
            await asyncio.sleep(0.05)


async def lag(tags: int, seconds: float) -> None:
    """The wait of an honest client beside one that monitors many tags."""
    took: list[float] = []
    async with ours(tags) as (server, _), asyncio.TaskGroup() as group:
        probing = group.create_task(probe(server.url, took))
        figures = await ask(
            server.url, server.namespace, server.read, "watch", tags, -(-tags // 10_000), 1000.0, seconds, 5.0,
            settled=took.clear,
        )  # fmt: skip
        probing.cancel()
    show(f"{tags} tags at 1 Hz: notifications/s, missed", f"{figures['notifications/s']:.0f}, {figures['missed']:.0f}")
    show_times("a Read beside them", took)


async def subscribe(raw: Raw) -> None:
    """Five subscriptions at 1 Hz, each with two Publish requests."""
    await raw.session()
    for _ in range(SUBSCRIPTIONS):
        request = ua.CreateSubscriptionRequest()
        request.Parameters = ua.CreateSubscriptionParameters(1000.0, ua.UInt32(3000), ua.UInt32(10))
        await raw.ask(request)


async def sessions(seconds: float) -> None:
    """Memory of the server with all the sessions that it gives to anybody."""
    async with ours(100) as (server, _), AsyncExitStack() as opened:
        before = server.memory
        for number in range(SESSIONS):
            address = f"127.0.0.{2 + number // PER_ADDRESS}"
            await subscribe(await opened.enter_async_context(connection(server.url, address)))
        held, computed = server.memory, server.seconds
        await asyncio.sleep(seconds)
        show_sessions(server, before, held, computed, seconds)


def show_sessions(server: Server, before: int, held: int, computed: float, seconds: float) -> None:
    """Three lines."""
    show(f"memory with 0 / {SESSIONS} sessions x {SUBSCRIPTIONS}", f"{before / 1e6:.1f} / {held / 1e6:.1f} MB")
    show(f"{seconds:.0f} s later", f"{server.memory / 1e6:.1f} MB")
    show("cores used with them idle", f"{(server.seconds - computed) / seconds:.3f}")


async def simulations() -> None:
    """What one simulation costs the loop and the memory when it comes, and what stays when it goes."""
    server, model = PlantServer(OpcuaSettings(port=0)), MODELS[largest_model()]
    await server.init()
    await server.load_types()
    space = Space(ValueTable(), {model.id: read_template(server.iserver.aspace, model)})
    await space.install(server)
    present = now()
    records = [
        Record(f"{model.id}-{number}", number, model.id, "", State.RUNNING, 1, 1, 1, 1.0, 1.0, 1e6, 1, present, present)
        for number in range(SIMULATIONS)
    ]
    space.put(records[0])
    begun = time.perf_counter()
    for record in records[1:]:
        space.put(record)
    each = (time.perf_counter() - begun) / (SIMULATIONS - 1)
    for record in records:
        space.remove(record.sim_id)
    tracemalloc.start()
    for record in records:
        space.put(record)
    size = tracemalloc.get_traced_memory()[0]
    for record in records:
        space.remove(record.sim_id)
    left = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    show(f"a simulation of {len(model.tags)} tags comes", f"{each * 1e3:.3f} ms, {size / SIMULATIONS / 1e3:.1f} kB")
    show("left of it when it has gone", f"{left / SIMULATIONS / 1e3:.2f} kB")


async def main(tags: int, seconds: float) -> None:
    """Print the table."""
    await simulations()
    await sessions(seconds)
    await lag(tags, seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tags", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    asyncio.run(main(options.tags, options.seconds))
