"""A small asyncua server, for trying a client before it is trusted with ours."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from asyncua import Node, Server, ua
from asyncua.server.history import HistoryDict
from asyncua.sync import ThreadLoop

from engine_api.ports import free_port

FIRST = datetime(2026, 1, 2, 3, 4, 5, 123000, tzinfo=UTC)
HISTORY = [FIRST + timedelta(seconds=i) for i in range(5)]


PAGE = 2
VALUES = {
    "level": ua.Variant(1.5, ua.VariantType.Double),
    "counter": ua.Variant(2**40, ua.VariantType.Int64),
    "series": ua.Variant([1.0, math.nan, math.inf], ua.VariantType.Double),
    "when": ua.Variant(FIRST, ua.VariantType.DateTime),
    "name": ua.Variant("Wanne", ua.VariantType.String),
}


@contextmanager
def small_server() -> Iterator[str]:
    """Run it in a thread of its own and yield its address.

    Everything lies in `ns=2;s=plant`: each of VALUES read-only under its name and writable as `free.NAME`, a Range,
    a `ramp` with HISTORY in pages of PAGE values, a method `add`.
    """
    url = f"opc.tcp://127.0.0.1:{free_port('127.0.0.1')}/small"
    with ThreadLoop() as thread:
        server = thread.post(_start(url))
        yield url
        thread.post(server.stop())


async def _start(url: str) -> Server:
    server = Server()
    await server.init()
    server.set_endpoint(url)
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    await server.register_namespace("urn:small")
    await _fill(await server.nodes.objects.add_object("ns=2;s=plant", "2:plant"))
    await server.start()
    await _record(server, server.get_node("ns=2;s=ramp"))
    return server


async def _fill(plant: Node) -> None:
    for name, value in VALUES.items():
        await plant.add_variable(f"ns=2;s={name}", f"2:{name}", value)
        await (await plant.add_variable(f"ns=2;s=free.{name}", f"2:free.{name}", value)).set_writable()
    await plant.add_variable("ns=2;s=range", "2:range", ua.Range(0.0, 5.0))
    await plant.add_variable("ns=2;s=ramp", "2:ramp", -1.0)
    double = ua.VariantType.Double
    await plant.add_method("ns=2;s=add", "2:add", _add, [double, double], [double])


async def _add(_parent: ua.NodeId, a: ua.Variant, b: ua.Variant) -> list[ua.Variant]:
    return [ua.Variant(a.Value + b.Value, ua.VariantType.Double)]


async def _record(server: Server, ramp: Node) -> None:
    server.iserver.history_manager.set_storage(HistoryDict(max_history_data_response_size=PAGE))
    await server.historize_node_data_change(ramp, period=None, count=100)
    for i, time in enumerate(HISTORY):
        status = ua.StatusCode(ua.StatusCodes.UncertainLastUsableValue if i == 3 else ua.StatusCodes.Good)
        await ramp.write_value(ua.DataValue(ua.Variant(float(i)), status, time, time))
