"""The gate for arrays answers what the single gate answers, value by value."""

import asyncio
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from asyncua import ua
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.action import Action
from connections.redis_keys import actions_key
from opcua_server.space import Space
from opcua_server.values import DOUBLE
from opcua_server.write_templates import WriteTemplates
from opcua_server.writes import Writer
from plant.access import User
from plant.catalog import MODELS
from plant.control import AUTO, CASCADE, MANUAL
from plant.lifecycle import State
from tests.unit.opcua_server.arrays import end, space_of, write_body

CODES = ua.StatusCodes


class Recorded:
    """Takes what is appended, in place of the bus; numbers count up."""

    def __init__(self) -> None:
        self.values: list[dict[str, dict[str, float]]] = []

    async def append_values(self, user: str, door: str, at: int, values: Any) -> list[int]:
        if values:
            self.values.append({sim_id: dict(one) for sim_id, one in values})
        return [len(self.values)] * len(values)

    async def append_encoded(self, keys: Sequence[bytes], actions: Sequence[bytes]) -> list[int]:
        sim_ids = (key.decode().removeprefix(actions_key("")) for key in keys[::2])
        return await self.append_values("", "", 0, [
            (sim_id, Action.decode(1, action).values) for sim_id, action in zip(sim_ids, actions, strict=True)
        ])  # fmt: skip


def single(space: Space, bus: Recorded, request: list[tuple[str, float]], user: User) -> list[int]:
    """What the path through every object answers and applies."""
    params = ua.WriteParameters([
        ua.WriteValue(ua.NodeId(ua.String(name), ua.Int16(2)), ua.AttributeIds.Value,
                      Value=ua.DataValue(ua.Variant(value, ua.VariantType.Double)))
        for name, value in request
    ])  # fmt: skip
    writer = Writer(None, space, bus)  # type: ignore[arg-type]
    return [int(code.value) for code in asyncio.run(writer.write(params, user, str(user)))]


def many(space: Space, bus: Recorded, request: list[tuple[str, float]], user: User) -> list[int]:
    """What the path through arrays answers and applies."""
    known = WriteTemplates(space).find(write_body(request), user)
    assert known is not None
    writer = Writer(None, space, bus)  # type: ignore[arg-type]
    answer = asyncio.run(writer.arrays.write(*known, user))
    codes: list[int] = np.frombuffer(answer, "<u4", len(request), 4).tolist()
    return codes


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, list[tuple[str, float]], tuple[State, ...], list[int], list[bool]]:
    """A model, values for its tags (near the limits, beyond, none at all), states, modes of loops, trips."""
    model = MODELS[draw(st.sampled_from(sorted(MODELS)))]
    states = draw(st.tuples(*[st.sampled_from(list(State))] * 3))
    request = []
    for _ in range(draw(st.integers(1, 30))):
        tag = draw(st.sampled_from(model.tags))
        near = [tag.low, tag.high, tag.nominal, np.nextafter(tag.low, -np.inf), np.nextafter(tag.high, np.inf),
                math.nan, math.inf, -math.inf, 0.5]  # fmt: skip
        value = draw(st.one_of(st.sampled_from(near), st.floats()))
        request.append((f"{model.id}-{draw(st.integers(1, 3))}.{tag.name}", float(value)))
    return (
        model.id,
        request,
        states,
        draw(st.lists(st.sampled_from([MANUAL, AUTO, CASCADE]), min_size=len(model.loops), max_size=len(model.loops))),
        draw(st.lists(st.booleans(), min_size=len(model.interlocks), max_size=len(model.interlocks))),
    )


@settings(max_examples=300, deadline=None)
@given(requests(), st.sampled_from(list(User)))
def test_arrays_and_single_values_agree(
    given_request: tuple[str, list[tuple[str, float]], tuple[State, ...], list[int], list[bool]], user: User
) -> None:
    model_id, request, states, modes, tripped = given_request
    spaces, buses = [space_of(*states, model=MODELS[model_id]) for _ in range(2)], [Recorded(), Recorded()]
    for space in spaces:
        for live in space.simulations.values():
            model, first = live.template.model, live.block.first
            for loop, mode in zip(model.loops, modes, strict=True):
                space.table.value[first + model.index(loop.mode_name)] = mode
            for lock, active in zip(model.interlocks, tripped, strict=True):
                space.table.value[first + model.index(lock.name)] = active
    assert many(spaces[0], buses[0], request, user) == single(spaces[1], buses[1], request, user)
    assert buses[0].values == buses[1].values
    np.testing.assert_array_equal(spaces[0].table.value, spaces[1].table.value)
    np.testing.assert_array_equal(spaces[0].table.awaited, spaces[1].table.awaited)


GOOD = [("wood-berry-1.reflux_flow", 2.0), ("wood-berry-2.reflux_flow", 2.5), ("wood-berry-1.steam_flow", 1.5)]


def test_a_template_is_recognised_by_all_its_bytes() -> None:
    templates = WriteTemplates(space_of(State.RUNNING, State.RUNNING))
    first = templates.find(write_body(GOOD), User.ENGINEER)
    again = templates.find(write_body([(name, value + 0.1) for name, value in GOOD]), User.ENGINEER)
    other = templates.find(write_body([GOOD[0], ("wood-berry-2.steam_flow_", 1.0), GOOD[2]]), User.ENGINEER)
    assert first is not None
    assert again is not None
    assert again[0] is first[0]
    assert again[1].tolist() == [2.1, 2.6, 1.6]
    assert other is None
    middle = templates.find(write_body([GOOD[0], ("wood-berry-1.reflux_flow", 9.0), GOOD[2]]), User.ENGINEER)
    assert middle is not None
    assert middle[0].rules.rows.tolist() != first[0].rules.rows.tolist()
    assert templates.find(write_body(GOOD), User.VIEWER)[0] is not first[0]  # type: ignore[index]


def test_a_template_goes_with_its_simulation() -> None:
    space = space_of(State.RUNNING, State.RUNNING)
    templates = WriteTemplates(space)
    assert templates.find(write_body(GOOD), User.ENGINEER) is not None
    space.remove("wood-berry-2")
    assert templates.find(write_body(GOOD), User.ENGINEER) is None


def test_the_state_is_the_present_one() -> None:
    space, bus = space_of(State.RUNNING, State.RUNNING), Recorded()
    assert many(space, bus, GOOD, User.ENGINEER) == [0, 0, 0]
    end(space, "wood-berry-2")
    assert many(space, bus, GOOD, User.ENGINEER) == [0, CODES.BadInvalidState, 0]


@pytest.mark.parametrize("cut", [1, 7, 20, 40])
def test_what_is_cut_off_is_left_to_the_full_path(cut: int) -> None:
    templates = WriteTemplates(space_of(State.RUNNING, State.RUNNING))
    body = write_body(GOOD)
    assert templates.find(body[:-cut], User.ENGINEER) is None
    assert templates.find(body + b"\0" * cut, User.ENGINEER) is None
    assert templates.find(body.replace(bytes([13, 0, 0, 0]), bytes([4, 0, 0, 0])), User.ENGINEER) is None
    assert DOUBLE == 11


def test_what_an_interlock_holds_is_refused_in_arrays_too() -> None:
    model = MODELS["cstr-exotherm"]
    lock = model.interlocks[0]
    space = space_of(State.RUNNING, model=model)
    space.table.value[space.simulations["cstr-exotherm-1"].block.first + model.index(lock.name)] = 1.0
    forced = [(f"cstr-exotherm-1.{name}", value) for name, value in lock.forces.items()]
    assert set(many(space, Recorded(), forced, User.ENGINEER)) == {CODES.BadInvalidState}
