"""A Write that was decided by what is no longer so is decided again, the same way by both paths, and told once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from asyncua import ua
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.audit import Entry
from connections.taken import Behind
from connections.trail import Trail
from opcua_server.space import Space
from opcua_server.write_templates import WriteTemplates
from opcua_server.writes import Writer
from plant.access import Caller, User
from plant.lifecycle import State
from plant.ownership import Sharing
from tests.unit.opcua_server.arrays import space_of, write_body
from tests.unit.opcua_server.test_gate import Recorded

WHO = Caller(User.OPERATOR, "olga")
SIMS = ("wood-berry-1", "wood-berry-2")
Change = Callable[[Space], None]


def becomes(sim_id: str, **changes: Any) -> Change:
    def change(space: Space) -> None:
        if sim_id in space.simulations:
            held = space.simulations[sim_id].record
            space.put(replace(held, version=held.version + 1, **changes))

    return change


def gone(sim_id: str) -> Change:
    return lambda space: space.remove(sim_id) and None


CHANGES = {
    "another one ends": becomes("wood-berry-3", status=State.STOPPED),
    "ends": becomes(SIMS[0], status=State.STOPPED), "goes": gone(SIMS[1]),
    "private": becomes(SIMS[0], owner="otto", sharing=Sharing.PRIVATE),
    "shared": becomes(SIMS[1], owner="otto", sharing=Sharing.SHARED),
}  # fmt: skip


class Late(Recorded):
    """A bus that has news so many times; each is taken over while somebody waits for it."""

    def __init__(self, space: Space, changes: Sequence[Change]) -> None:
        super().__init__()
        self._space, self.left = space, list(changes)
        self.taken = self

    async def until(self, _stream: str, _position: str) -> None:
        self.left.pop(0)(self._space)

    async def append_values(self, user: str, door: str, at: int, values: Any) -> list[int]:
        if self.left and values:
            raise Behind("1-1")
        return await super().append_values(user, door, at, values)


class Told(Trail):
    """How often what was told of which simulation."""

    def __init__(self) -> None:
        self.entries: list[tuple[str | None, str]] = []
        self.batches = 0

    def tell(self, entry: Entry) -> None:
        self.entries.append((entry.sim_id, entry.outcome))

    def tell_encoded(self, message: bytes) -> None:
        self.batches += 1


def answers(space: Space, bus: Recorded, told: Told, arrays: bool) -> list[int]:
    """The status codes of a request that has one bad value beside the good ones."""
    values = [(f"{SIMS[0]}.reflux_flow", 2.5), (f"{SIMS[1]}.reflux_flow", 2.5), (f"{SIMS[1]}.steam_flow", 1e9)]
    writer = Writer(Nothing(), space, bus, told)  # type: ignore[arg-type]
    if arrays:
        known = WriteTemplates(space).find(write_body(values), WHO)
        assert known is not None
        answer = asyncio.run(writer.arrays.write(*known, WHO))
        codes: list[int] = np.frombuffer(answer, "<u4", len(values), 4).tolist()
        return codes
    params = ua.WriteParameters([
        ua.WriteValue(ua.NodeId(ua.String(name), ua.Int16(2)), ua.AttributeIds.Value,
                      Value=ua.DataValue(ua.Variant(value, ua.VariantType.Double)))
        for name, value in values
    ])  # fmt: skip
    return [int(code.value) for code in asyncio.run(writer.write(params, WHO, str(WHO)))]


class Nothing:
    """An address space in which there is nothing but the simulations."""

    def read_attribute_value(self, *_: Any) -> ua.DataValue:
        return ua.DataValue(StatusCode=ua.StatusCode(ua.UInt32(ua.StatusCodes.BadNodeIdUnknown)))


@settings(deadline=None)
@given(st.lists(st.sampled_from(sorted(CHANGES)), max_size=4, unique=True), st.booleans())
def test_what_is_answered_is_what_is_so_at_the_end(names: list[str], arrays: bool) -> None:
    late, known = space_of(*[State.RUNNING] * 3), space_of(*[State.RUNNING] * 3)
    bus, told, wanted, whole = Late(late, [CHANGES[name] for name in names]), Told(), Recorded(), Told()
    codes = answers(late, bus, told, arrays)
    for change in [CHANGES[name] for name in names[: len(names) - len(bus.left)]]:
        change(known)  # the others have nothing to do with it: nothing was left to be written
    assert codes == answers(known, wanted, whole, False)
    assert bus.values == wanted.values
    assert sorted(told.entries, key=str) == sorted(whole.entries, key=str) or (arrays and told.batches == 1)
