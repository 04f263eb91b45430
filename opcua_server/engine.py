"""Objects/Engine: how many simulations run, wait and fit, on which machines; methods that start and stop them."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from asyncua import Server, ua

from connections.bus import Bus
from opcua_server.arguments import Argument
from opcua_server.engine_methods import START_INPUTS, START_OUTPUTS
from opcua_server.health import DEGRADED, HEALTHY, say_level
from opcua_server.names import ENGINE_NODE, SIMULATIONS, node_id, standard
from opcua_server.space import Space
from opcua_server.values import stamped
from plant.errors import Unavailable
from plant.lifecycle import HOSTED, State

_TYPES = ua.VariantType
_VARIABLES: dict[str, tuple[Any, ua.VariantType, str]] = {
    "Version": (version("process-dynamics-engine"), _TYPES.String, "Version of the engine"),
    "Capacity": (0, _TYPES.UInt32, "How many simulations the living workers can host"),
    "Running": (0, _TYPES.UInt32, "How many simulations run or are paused"),
    "Queued": (0, _TYPES.UInt32, "How many simulations wait for a worker"),
    "Machines": ([], _TYPES.String, "Machines with a living worker"),
}
_PERIOD = 2.0


class EngineObject:
    """The object and its live variables."""

    def __init__(self, server: Server, space: Space, bus: Bus) -> None:
        self._server, self._space, self._bus = server, space, bus

    async def install(self) -> None:
        """Add the object to the address space."""
        engine = await self._server.nodes.objects.add_object(ENGINE_NODE, ua.QualifiedName("Engine", SIMULATIONS))
        for name, (value, variant, description) in _VARIABLES.items():
            initial = ua.Variant(value, variant, is_array=isinstance(value, list))
            node = await engine.add_variable(node_id("Engine", name), ua.QualifiedName(name, SIMULATIONS), initial)
            text = ua.Variant(ua.LocalizedText(description))
            await node.write_attribute(ua.AttributeIds.Description, ua.DataValue(text))
            await self._show(name, value)
        for name, inputs, outputs in (("StartSimulation", START_INPUTS, START_OUTPUTS), ("StopAll", (), ())):
            browse_name = ua.QualifiedName(name, SIMULATIONS)
            await engine.add_method(node_id("Engine", name), browse_name, _never, _declared(inputs), _declared(outputs))

    async def run(self) -> None:
        """Keep the variables true."""
        while True:
            await self.refresh()
            await asyncio.sleep(_PERIOD)

    async def refresh(self) -> None:
        """Write what has changed."""
        states = Counter(live.state for live in self._space.simulations.values())
        await self._show("Running", sum(states[state] for state in HOSTED))
        await self._show("Queued", states[State.QUEUED] + states[State.PENDING])
        try:
            workers = await self._bus.workers()
        except Unavailable:
            await say_level(self._server, DEGRADED)
            return
        await say_level(self._server, HEALTHY)
        await self._show("Capacity", sum(int(worker["slots"]) for worker in workers))
        await self._show("Machines", sorted({worker["machine_name"] or worker["machine"] for worker in workers}))

    async def _show(self, name: str, value: Any) -> None:
        node = node_id("Engine", name)
        held = self._server.iserver.read_attribute_value(node)
        if held.Value is not None and held.Value.Value == value and held.SourceTimestamp is not None:
            return
        variant = ua.Variant(value, _VARIABLES[name][1], is_array=isinstance(value, list))
        await self._server.write_attribute_value(node, stamped(variant))


async def _never(*_: Any) -> None:
    """The calls are answered by `methods.Methods`; asyncua wants a function here."""


def _declared(arguments: Sequence[Argument]) -> list[ua.Argument]:
    return [
        ua.Argument(
            argument.name, standard(int(argument.variant)), 1 if argument.array else -1,
            [ua.UInt32(0)] if argument.array else [], ua.LocalizedText(argument.description),
        )
        for argument in arguments
    ]  # fmt: skip
