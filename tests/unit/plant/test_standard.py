"""The standard checks of own models: a small tank passes them all, and for each of them one like it fails."""

import itertools
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from connections.own.document import parse
from plant.blocks.state_space import StateSpace
from plant.blocks.transfer_function import Channel, TransferFunction
from plant.dynamics import Dynamics
from plant.equations import Balance, Equations, Method, Solver
from plant.interlocks import Interlock, Side
from plant.loops import Loop
from plant.model import Model, Start
from plant.own.document import read
from plant.own.standard import BRIEF, CHECKS, Result, Verdict, examine
from plant.own.trial import complaints
from plant.tags import Role, Tag

TAGS = (
    Tag("inflow", Role.INPUT, "m³/s", 0, 1, 0.5, "Inflow"),
    Tag("level", Role.OUTPUT, "m", 0, 10, 1, "Level of a tank of 1 m² with a free outlet", noise=0.01),
)


def filling(x: Any, u: Any, dx: Any) -> None:
    dx[0] = u[0] - 0.5 * max(x[0], 0.0)


def level(x: Any, u: Any, y: Any) -> None:
    y[0] = x[0]


def stored(x: Any, u: Any) -> float:
    return float(x[0])


def net(x: Any, u: Any) -> float:
    return float(u[0] - 0.5 * x[0])


MASS = Balance("mass", stored, net)
EQUATIONS = Equations(
    ("level (m)",), filling, level, (1.0,), Solver(Method.RUNGE_KUTTA, longest=0.05), balances=(MASS,)
)  # fmt: skip
TANK = Model(
    "tank", "Tank", "A tank", (), TAGS, EQUATIONS, (Loop("level", "inflow", 0.1, 10.0, "own choice"),),
    (Interlock("high_trip", "Stops the inflow", "level", 9.0, Side.HIGH, {"inflow": 0.0}),), kind="own",
)  # fmt: skip
LAG = replace(
    TANK,
    id="lag",
    loops=(),
    interlocks=(),
    equations=TransferFunction((Channel(0, 0, 2.0, 2.0, 1.5),), (0.5,), ((0, 1.0),)),
)
MATRICES = replace(LAG, equations=StateSpace([[-0.5]], [[1.0]], [[1.0]], [[0.0]], (0.5,), (1.0,), sample_time=None))


def failing(model: Model) -> dict[str, Verdict]:
    return {each.name: each for each in examine(model) if each.result is Result.FAILED}


@pytest.mark.parametrize("model", [TANK, LAG, MATRICES], ids=["tank", "lag", "matrices"])
def test_a_good_model_passes_every_check_that_applies(model):
    assert [each for each in examine(model) if each.failures] == []
    left_out = {each.name: each.reason for each in examine(model) if each.result is Result.NOT_APPLICABLE}
    assert left_out == ({} if model is TANK else {"balances close": "no balance is declared"})
    assert complaints(model) == []


def with_rates(rates: Callable[[Any, Any, Any], None], **more: Any) -> Model:
    return replace(TANK, equations=replace(EQUATIONS, rates=rates, **more))


def emptied(x: Any, u: Any, dx: Any) -> None:
    dx[0] = u[0] - 0.5 * math.sqrt(x[0] - 0.5)


def leaking(x: Any, u: Any, dx: Any) -> None:
    dx[0] = u[0] - 0.5 * x[0] - 0.01


COUNT = itertools.count(1)


@dataclass(frozen=True)
class Chance:
    """Every simulation has a rate of its own, whatever the seed."""

    hidden: bool = False

    def build(self, step: float) -> Dynamics:
        mine = next(COUNT) * 1e-3
        whole = []

        def begin(x: Any, u: Any, states: Any) -> None:
            x[0] = 1.0

        def advance(codes: Any, x: Any, u: Any, step: float, settings: Any, numbers: Any) -> int:
            whole.append(step)
            x[0] += (u[0] - 0.5 * x[0]) * step * 1e-3 + (len(whole) * 1e-6 if self.hidden else mine)
            return 0

        def seen(codes: Any, x: Any, u: Any, y: Any, settings: Any, numbers: Any) -> None:
            y[0] = x[0]

        return Dynamics(1, begin, advance, seen, compiles=False)


@dataclass(frozen=True)
class Dying:
    """It can't be moved once its inflow is above 0.95 m³/s."""

    def build(self, step: float) -> Dynamics:
        def advance(codes: Any, x: Any, u: Any, step: float, settings: Any, numbers: Any) -> int:
            return int(u[0] > 0.95)

        def begin(x: Any, u: Any, states: Any) -> None:
            x[0] = 1.0

        def seen(codes: Any, x: Any, u: Any, y: Any, settings: Any, numbers: Any) -> None:
            y[0] = x[0]

        return Dynamics(1, begin, advance, seen, compiles=False)


BROKEN = [
    ("the declaration keeps the rules", replace(TANK, own_tags=(TAGS[0], replace(TAGS[1], high=0.5))), "nominal"),
    ("runs from every start state", replace(TANK, starts=(Start("odd", "Too many", states=(1.0, 2.0)),)), "ValueError"),
    ("starts inside its ranges", replace(TANK, starts=(Start("full", "Too full", states=(11.0,)),)),
     "at the start state full level = 11 is outside 0..10"),
    ("rates are finite all over its box", with_rates(emptied), "the rates can't be worked out: math domain error"),
    ("rates are finite all over its box", replace(LAG, equations=Dying()), "with inflow = 1 it fails"),
    ("a start state that holds holds", replace(TANK, starts=(Start("half", "Half full", states=(0.5,)),)),
     "the start state half does not hold: within an hour level moves by 0.05 of its range"),
    ("balances close", with_rates(leaking, start=(0.98,)), "the mass balance changes by"),
    ("one step equals two halves", replace(TANK, equations=replace(EQUATIONS, solver=Solver(Method.EULER, 1.0))),
     "from the start state steady level differs by"),
    ("a restored run equals the original bit for bit", replace(LAG, equations=Chance(hidden=True)),
     "from the start state steady a restored run differs from the original one"),
    ("equal seeds give equal runs", replace(LAG, equations=Chance()), "with the same seed and the same inputs differ"),
    ("its description comes back from JSON", replace(TANK, sources=(b"bytes",)), "not JSON serializable"),
    ("its description comes back from JSON", replace(TANK, exercises=(("a", "b"),)), "exercises of its description"),
    ("its node set is whole", replace(TANK, description="a\x00b"), "ParseError"),
    ("its page is whole", replace(TANK, name=3), "TypeError"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "model", "words"), BROKEN, ids=[f"{each[0]}-{each[2][:20]}" for each in BROKEN])
def test_each_check_finds_what_it_is_for(name, model, words):
    assert words in " ".join(failing(model)[name].failures)


def test_every_check_has_one_that_fails():
    assert {each[0] for each in BROKEN} == {check.name for check in CHECKS}


def test_behind_a_wrong_declaration_nothing_else_is_tried():
    first, *others = examine(BROKEN[0][1])
    assert first.result is Result.FAILED
    assert {each.reason for each in others} == {"the declaration breaks the rules"}
    assert complaints(BROKEN[0][1]) == list(first.failures)


def test_what_is_not_promised_is_not_asked():
    """Random equations, no tolerance, no balance, no start that holds: not applicable, with the reason."""
    moving = replace(
        TANK, random=True, starts=(Start("filling", "Being filled", states=(0.2,), holds=False),),
        equations=replace(EQUATIONS, balances=()),
    )  # fmt: skip
    reasons = {each.name: each.reason for each in examine(moving) if each.reason}
    assert reasons == {
        "a start state that holds holds": "no start state is declared to hold",
        "balances close": "no balance is declared",
        "one step equals two halves": "its equations draw random numbers at every step",
    }
    infinite = {each.name: each.reason for each in examine(replace(TANK, step_tolerance=float("inf"))) if each.reason}
    assert infinite == {"one step equals two halves": "it declares no step_tolerance"}


def test_a_check_tells_a_handful_of_failures_at_most():
    assert len(failing(with_rates(emptied))["rates are finite all over its box"].failures) == 5


@pytest.mark.parametrize(("flow", "result"), [(0.5, Result.PASSED), (0.0, Result.FAILED)])
def test_a_start_state_of_a_file_may_be_declared_to_hold(flow, result):
    """The level of a tank that integrates stays only while as much flows out as in."""
    tags = [{"name": "flow", "role": "input", "low": 0, "high": 1, "nominal": 0.5},
            {"name": "level", "role": "output", "low": 0, "high": 10000, "nominal": 5000}]  # fmt: skip
    model = read(parse(json.dumps({
        "id": "tank", "name": "Tank", "description": "Integrates", "tags": tags,
        "transfer_functions": [{"from": "flow", "to": "level", "gain": 1, "integrators": 1}],
        "starts": [{"name": "half-full", "inputs": {"flow": flow}, "holds": True}],
    }).encode()))  # fmt: skip
    (held,) = [each for each in examine(model) if each.name == "a start state that holds holds"]
    assert held.result is result


def test_an_upload_waits_for_some_of_the_checks():
    assert [check for check in CHECKS if check in BRIEF] == list(BRIEF)
