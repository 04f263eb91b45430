"""Interlocks in a small tank: the moment of the trip, what it forces, reset, release, arming, and who may write."""

import math
from dataclasses import dataclass
from typing import Any

import pytest

from plant.access import User, check_writes
from plant.dynamics import Dynamics
from plant.equations import Equations, Method, Solver
from plant.errors import SolverFailed, WrongState
from plant.interlocks import RESET, Interlock, Side
from plant.lifecycle import State
from plant.loops import Form, Loop
from plant.model import Model
from plant.simulation import Simulation
from plant.solvers.acceleration import plain
from plant.tags import Role, Tag


def filling(x, u, dx):
    dx[0] = u[0] - u[1]


def level(x, u, y):
    y[0] = x[0]


TAGS = (
    Tag("inflow", Role.INPUT, "m³/s", 0, 2, 1, "Inflow"),
    Tag("outflow", Role.INPUT, "m³/s", 0, 2, 1, "Outflow"),
    Tag("level", Role.OUTPUT, "m", 0, 10, 5, "Level of a tank of 1 m²"),
)
OVERFLOW = Interlock("overflow_trip", "Stops the inflow", "level", 8.0, Side.HIGH, {"inflow": 0.0})
PURGE = Interlock(
    "purge",
    "Opens the outflow until the level is back",
    "level",
    8.0,
    Side.HIGH,
    {"outflow": 2.0},
    6.0,
    {"outflow": 1.0},
)


def tank(*locks: Interlock, step: float = 1.0, longest: float = 60.0, **inputs: float) -> Simulation:
    equations = Equations(("level (m)",), filling, level, (5.0,), Solver(Method.RUNGE_KUTTA, 1.0))
    loops = (Loop("level", "outflow", -1.0, 10.0, "test"),)
    model = Model("tank", "Tank", "", (), TAGS, equations, loops, locks, longest_step=longest)
    return Simulation(model, step, {"inflow": 1.7, **inputs})


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[simulation.model.index(name)])


@pytest.mark.parametrize("step", [0.5, 1.0, 10.0, 60.0])
def test_the_trip_is_found_inside_the_step(step):
    """0.7 m³/s fill 3 m in 4.29 s; from there 1 m³/s drains: the level afterwards tells when the inflow stopped."""
    simulation = tank(OVERFLOW, step=step)
    simulation.advance(math.ceil(5 / step))
    moment = 3 / 0.7
    assert value(simulation, "overflow_trip") == 1
    assert value(simulation, "inflow") == 0
    assert simulation.states[0] == pytest.approx(8.0 - (simulation.time - moment), abs=1e-9)


def test_a_trip_stays_until_it_is_reset_while_its_cause_has_gone():
    simulation = tank(OVERFLOW)
    simulation.advance(6)
    assert value(simulation, "level") < 8
    simulation.advance()
    assert value(simulation, "overflow_trip") == 1
    simulation.set(RESET, 1.0)
    simulation.advance()
    assert (value(simulation, "overflow_trip"), value(simulation, RESET)) == (0, 0)
    simulation.set("inflow", 1.2)
    simulation.advance()
    assert value(simulation, "inflow") == 1.2


def test_a_reset_does_nothing_while_the_cause_lasts():
    simulation = tank(OVERFLOW, inflow=1.0)
    simulation.set("outflow", 0.0)
    simulation.advance(4)
    assert value(simulation, "overflow_trip") == 1
    simulation.set(RESET, 1.0)
    simulation.advance()
    assert (value(simulation, "overflow_trip"), value(simulation, RESET)) == (1, 0)


def test_an_override_ends_by_itself_and_gives_the_input_back():
    simulation = tank(PURGE)
    trace = []
    for _ in range(60):
        simulation.advance()
        trace.append((value(simulation, "purge"), value(simulation, "outflow")))
    assert {(0.0, 1.0), (1.0, 2.0)} == set(trace)
    assert trace.index((1.0, 2.0)) == 4
    assert (0.0, 1.0) in trace[5:]
    assert value(simulation, "level") < 8.0 + 1e-9


def test_an_interlock_sleeps_while_its_loop_is_in_manual():
    armed = Interlock("purge", "Purge", "level", 8.0, Side.HIGH, {"outflow": 2.0}, 6.0, armed_by="level")
    simulation = tank(armed)
    simulation.advance(6)
    assert value(simulation, "purge") == 0
    simulation.set("level_mode", 1.0)
    simulation.advance()
    assert value(simulation, "purge") == 1


def test_two_trips_in_one_step_come_in_their_order():
    """First the outflow opens at 6 m, which keeps the level from the second limit."""
    first = Interlock("open", "Opens", "level", 6.0, Side.HIGH, {"outflow": 2.0})
    second = Interlock("stop", "Stops", "level", 6.5, Side.HIGH, {"inflow": 0.0})
    simulation = tank(first, second, step=30.0)
    simulation.advance()
    assert (value(simulation, "open"), value(simulation, "stop")) == (1, 0)
    assert simulation.states[0] == pytest.approx(6.0 - 0.3 * (30 - 1 / 0.7), abs=1e-9)


def thrown(x: Any, u: Any, dx: Any) -> None:
    dx[0], dx[1] = x[1], -10.0 * u[0]


@pytest.mark.parametrize(("longest", "tripped"), [(60.0, 0), (0.5, 1)])
def test_a_peak_within_a_part_is_seen_only_in_shorter_parts(longest, tripped):
    """Thrown up at 10 m/s a ball passes 4 m after 0.55 s and is below again before 1.45 s: docs/numerics.md says so."""
    equations = Equations(
        ("height", "speed"), thrown, level, (0.0, 10.0), Solver(Method.RUNGE_KUTTA, 1.0), steady=False
    )
    lock = Interlock("caught", "Caught at 4 m", "level", 4.0, Side.HIGH)
    model = Model("ball", "Ball", "", (), TAGS, equations, (), (lock,), longest_step=longest)
    simulation = Simulation(model, 1.5, {"inflow": 1.0})
    simulation.advance()
    assert value(simulation, "caught") == tripped


def test_a_snapshot_holds_the_trips():
    simulation, other = tank(OVERFLOW), tank(OVERFLOW)
    simulation.advance(5)
    other.restore(simulation.snapshot())
    for one in (simulation, other):
        one.set(RESET, 1.0)
        one.advance(3)
    assert simulation.snapshot() == other.snapshot()


def test_nobody_writes_what_a_trip_holds():
    simulation = tank(OVERFLOW)
    simulation.advance(5)
    with pytest.raises(WrongState, match=r"tank-1\.inflow is held at 0 by overflow_trip: write trip_reset"):
        check_writes(
            "tank-1", simulation.model, State.RUNNING, User.ENGINEER, {"inflow": 1.0}, simulation.values.tolist()
        )


@pytest.mark.parametrize("form", [Form.VELOCITY, Form.POSITIONAL])
def test_a_loop_whose_output_is_returned_goes_on_from_there(form):
    """At the release the outflow is 1.0 m³/s again; the loop adds gain times what its setpoint asks for, once."""
    equations = Equations(("level (m)",), filling, level, (5.0,), Solver(Method.RUNGE_KUTTA, 1.0))
    loop = Loop("level", "outflow", -0.25, 0.0, "test", form=form)
    model = Model("tank", "Tank", "", (), TAGS, equations, (loop,), (PURGE,))
    simulation = Simulation(model, 1.0, {"inflow": 1.9, "level_setpoint": 6.0})
    while not value(simulation, "purge"):
        simulation.advance()
    simulation.set("inflow", 1.5)
    simulation.set("level_mode", 1.0)
    while value(simulation, "purge"):
        before = value(simulation, "level")
        simulation.advance()
    assert before <= 6.0
    assert value(simulation, "outflow") == pytest.approx(1.0 - 0.25 * (6.0 - before), abs=1e-12)


def whole_steps_only(codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any) -> int:
    if step < 1.0:
        return 1
    x[0] += (u[0] - u[1]) * step
    return 0


def seen(codes: Any, x: Any, u: Any, y: Any, whole: Any, numbers: Any) -> None:
    y[0] = x[0]


def half_full(x: Any, u: Any, states: Any) -> None:
    x[0] = 5.0


@dataclass(frozen=True)
class Indivisible:
    """A tank whose solver takes whole seconds only."""

    def build(self, step: float) -> Dynamics:
        return Dynamics(1, half_full, whole_steps_only, seen, splits=True)


@pytest.mark.parametrize("fast", [True, False])
def test_a_trip_whose_moment_can_not_be_reached_fails_the_step(fast):
    """The solver fails on the way to the trip: the step fails with its cause, and the state before it is kept."""
    model = Model("tank", "Tank", "", (), TAGS, Indivisible(), (), (OVERFLOW,))
    if fast:
        simulation = Simulation(model, 1.0, {"inflow": 1.7})
    else:
        with plain():
            simulation = Simulation(model, 1.0, {"inflow": 1.7})
    simulation.advance(4)
    before = simulation.snapshot()
    with pytest.raises(SolverFailed, match="tank failed at 4 s: the solver finds no step small enough"):
        simulation.advance()
    assert simulation.snapshot() == before
    assert value(simulation, "level") == pytest.approx(7.8)
