"""Writes of many Doubles, checked, recorded, told and shown as arrays."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from connections.bus import Bus
from connections.correlation import CORRELATION
from connections.simulations import WRITE
from connections.taken import Behind
from connections.trail import Trail
from opcua_server.batches import Batch, batch_of
from opcua_server.door import DOOR, PATIENCE
from opcua_server.gate import Rules
from opcua_server.live import Live
from opcua_server.names import node_id
from opcua_server.space import Space
from opcua_server.wire import NO_DIAGNOSTICS
from opcua_server.write_templates import WriteTemplate
from plant.access import Who, caller
from plant.errors import Unavailable

_CODES = ua.StatusCodes
Refuse = Callable[[Who, Live, str, float, int], None]
"""Is told of each refused value: caller, simulation, tag, value, status code."""
Afresh = Callable[[ua.WriteParameters, Who, str], Awaitable[list[ua.StatusCode]]]
"""The single values' path."""


class ArrayWriter:
    """The answers are those of the single values' path, value by value."""

    def __init__(self, space: Space, bus: Bus, trail: Trail, refuse: Refuse, afresh: Afresh) -> None:
        self._space, self._bus, self._trail, self._refuse = space, bus, trail, refuse
        self._afresh = afresh

    async def write(self, template: WriteTemplate, values: NDArray[np.float64], user: Who) -> bytes:
        """The results array and the empty diagnostics of the response.

        The template is good for what the space knows now; where something has happened that it does not know yet, the
        values take the other path.
        """
        rules = template.rules
        codes = rules.check(values, self._space.table)
        refused = np.flatnonzero(codes)
        try:
            if not len(refused):
                await self._write(template.whole, values, codes, user)
            elif len(refused) < len(codes):
                await self._write(batch_of(rules, np.flatnonzero(codes == _CODES.Good)), values, codes, user)
        except Behind:
            answers = await self._afresh(_written(rules, values), user, str(user))
            return _results(np.array([answer.value for answer in answers], np.uint32))
        for place in refused.tolist():
            live = rules.live[rules.simulation[place]]
            name = live.template.model.tags[rules.index[place]].name
            self._refuse(user, live, name, float(values[place]), int(codes[place]))
        return _results(codes)

    async def _write(self, batch: Batch, values: NDArray[np.float64], codes: NDArray[np.uint32], user: Who) -> None:
        """Record and show accepted values; without Redis their codes become BadCommunicationError. Raises Behind."""
        accepted, before = values[batch.order], self._space.table.value[batch.rows]
        facts, new = {"user": str(user), "door": DOOR, "at": time.time_ns()}, accepted.tobytes()
        actions = batch.actions(facts | {"trace": CORRELATION.get()}, new)
        try:
            async with asyncio.timeout(PATIENCE):
                numbers = await self._bus.append_encoded(batch.keys, actions)
        except (Unavailable, TimeoutError):
            codes[batch.order] = _CODES.BadCommunicationError
            return
        told = facts | {"what": WRITE, "address": caller(user).address, "at": time.time_ns()}
        self._trail.tell_encoded(batch.told(told, before.tobytes(), new))
        self._show(batch, accepted, numbers)

    def _show(self, batch: Batch, values: NDArray[np.float64], numbers: list[int]) -> None:
        """Show the values of the simulations that are still there."""
        simulations, table = self._space.simulations, self._space.table
        here = [simulations.get(live.record.sim_id) is live for live in batch.live]
        blocks = [live.block for live, there in zip(batch.live, here, strict=True) if there]
        actions = np.repeat(numbers, batch.counts)
        if all(here):
            table.echo(blocks, batch.rows, values, actions)
            return
        shown = np.repeat(here, batch.counts)
        table.echo(blocks, batch.rows[shown], values[shown], actions[shown])


def _results(codes: NDArray[np.uint32]) -> bytes:
    return b"".join((len(codes).to_bytes(4, "little"), codes.astype("<u4").tobytes(), NO_DIAGNOSTICS))


def _written(rules: Rules, values: NDArray[np.float64]) -> ua.WriteParameters:
    """The request as its client would have to spell it."""
    asked = []
    for number, index, value in zip(rules.simulation.tolist(), rules.index.tolist(), values.tolist(), strict=True):
        live = rules.live[number]
        node = node_id(live.record.sim_id, live.template.model.tags[index].name)
        held = ua.DataValue(ua.Variant(value, ua.VariantType.Double))
        asked.append(ua.WriteValue(node, ua.AttributeIds.Value, Value=held))
    return ua.WriteParameters(asked)
