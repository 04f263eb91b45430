"""Linear models against published and analytic ones, and in python-control's hands."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.linalg import expm

from plant.blocks.state_space import StateSpace
from plant.blocks.transfer_function import Channel, Rational, TransferFunction
from plant.catalog import MODELS
from plant.dynamics import Dynamics
from plant.equations import Equations
from plant.errors import NotSupported
from plant.model import Model
from plant.models.dc_motor import MODEL as MOTOR
from plant.models.quadruple_tank import MODEL as TANKS
from plant.simulation import Simulation
from plant.solvers.linearize import Linearization, linearize
from plant.tags import Role, Tag

DIFFERENTIAL = [model for model in MODELS.values() if isinstance(model.equations, Equations)]


@pytest.mark.parametrize("model", DIFFERENTIAL, ids=[model.id for model in DIFFERENTIAL])
def test_the_linear_model_predicts_a_small_move(model):
    """A small deviation moves as A, B, C, D say: the rates of the equations are those of the linear model."""
    simulation = Simulation(model, model.sample_time)
    here = linearize(model, simulation.states, simulation.values)
    rng = np.random.default_rng(5)
    spans = np.array([model.tags[i].high - model.tags[i].low for i in model.input_indices])
    constant = np.array([bool(model.tags[i].states) for i in model.input_indices])
    du = np.where(constant, 0.0, 1e-6 * spans * rng.uniform(-1, 1, len(spans)))
    dx = 1e-6 * np.abs(here.x) * rng.uniform(-1, 1, len(here.x))
    moved, values = simulation.states, simulation.values.copy()
    moved[: len(dx)] += dx
    values[model.input_indices] += du
    there = linearize(model, moved, values)
    predicted = here.residual + here.a @ dx + here.b @ du
    scale = np.abs(here.a) @ np.abs(dx) + np.abs(here.b) @ np.abs(du) + 1e-9 * np.abs(here.residual)
    assert (np.abs(there.residual - predicted) <= 2e-2 * scale + 1e-13).all()
    shown = here.y + here.c @ dx + here.d @ du
    reach = np.abs(here.c) @ np.abs(dx) + np.abs(here.d) @ np.abs(du) + 1e-12 * np.abs(here.y)
    assert (np.abs(there.y - shown) <= 2e-2 * reach + 1e-13).all()


def test_names_and_shapes():
    found = linearize(TANKS, Simulation(TANKS, 1.0).states, Simulation(TANKS, 1.0).values)
    assert (found.a.shape, found.b.shape, found.c.shape, found.d.shape) == ((4, 4), (4, 6), (6, 4), (6, 6))
    assert found.inputs[:2] == ("pump_1_voltage", "pump_2_voltage")
    assert found.outputs[-1] == "level_2_signal"
    assert found.residual == pytest.approx(np.zeros(4), abs=1e-12)


def test_python_control_takes_it():
    """The steady gains of the object of python-control are Johansson's: 2.6 and 2.8 on the diagonal."""
    simulation = Simulation(TANKS, 1.0)
    system = linearize(TANKS, simulation.states, simulation.values).to_control()
    gains = system.dcgain()
    assert (gains[4, 0], gains[5, 1]) == pytest.approx((2.6, 2.8), rel=0.04)
    assert list(system.input_labels)[:1] == ["pump_1_voltage"]


def at_start(model: Model, inputs: dict[str, float] | None = None) -> Linearization:
    simulation = Simulation(model, model.sample_time, inputs)
    return linearize(model, simulation.states, simulation.values)


def test_the_motor_has_the_declared_matrices():
    """A, B, C, D of the tutorial, its poles and its gain of 0.0999 rad/s per volt."""
    found = linearize(MOTOR, *running_motor(50.0, 0.0))
    assert found.a.tolist() == [[-10.0, 1.0], [-0.02, -2.0]]
    assert found.b.tolist() == [[0.0, -100.0], [2.0, 0.0]]
    assert (found.inputs, found.outputs[0]) == (("voltage", "load_torque"), "shaft_speed")
    gain = found.d - found.c @ np.linalg.solve(found.a, found.b)
    assert gain[0, 0] == pytest.approx(0.0999001, abs=1e-7)
    assert np.linalg.eigvals(found.a) == pytest.approx([-9.9975, -2.0025], abs=1e-4)
    assert found.y[0] == pytest.approx(50 * 0.0999001, abs=1e-5)
    assert found.residual == pytest.approx([0, 0], abs=1e-12)


def test_off_a_steady_state_the_residual_is_the_rate():
    """At standstill with 10 V the current rises by 20 A/s and nothing turns yet."""
    found = linearize(MOTOR, np.zeros(2), running_motor(10.0, 0.0)[1])
    assert found.residual.tolist() == [0.0, 20.0]


def running_motor(voltage: float, load: float) -> tuple[np.ndarray, np.ndarray]:
    simulation = Simulation(MOTOR, 0.05, {"load_torque": load}, "standstill")
    simulation.set("voltage", voltage)
    simulation.advance(400)
    return simulation.states, simulation.values


MINUTES = Model(
    "lags", "Lags", "", (),
    (
        Tag("valve", Role.INPUT, "%", 0, 100, 50, "Valve"),
        Tag("doubt", Role.PARAMETER, "", -1, 1, 0, "What the gain is out by"),
        Tag("slow", Role.OUTPUT, "", -100, 100, 10, "Two lags"),
        Tag("fast", Role.OUTPUT, "", -100, 100, 0, "One lag, its gain in doubt"),
    ),
    TransferFunction(
        (Rational(0, 0, (1.0, 3.0), (2.0, 3.0, 1.0)), Channel(1, 0, 2.0, 4.0, 0.0, spread=0.5, spread_input=1)),
        (50.0,), ((0, 10.0), (1, 0.0)), 60.0,
    ),
    time_unit="min", seconds_per_unit=60.0,
)  # fmt: skip


def test_transfer_functions_without_dead_time():
    """Per second: lags of 1, 2 and 4 min are poles of -1/60, -1/120, -1/240; gains 3 and 2 + 0.5 * doubt."""
    found = at_start(MINUTES, {"valve": 60.0, "doubt": 0.4})
    assert sorted(np.linalg.eigvals(found.a)) == pytest.approx([-1 / 60, -1 / 120, -1 / 240])
    gain = found.d - found.c @ np.linalg.solve(found.a, found.b)
    assert gain.tolist() == [pytest.approx([3.0, 0.0]), pytest.approx([2.2, 0.5 * 10])]
    assert found.u.tolist() == [60.0, 0.4]


@pytest.mark.parametrize("model", [MINUTES, MOTOR], ids=["lags", "dc-motor"])
def test_an_exact_linear_model_moves_as_the_simulation_does(model):
    """After a step of the first input the states are exp(A t) of what they were, the outputs C x + D u around y."""
    found = at_start(model)
    simulation = Simulation(model, 0.05)
    simulation.set(found.inputs[0], found.u[0] + 3.0)
    simulation.advance(100)
    n, du = len(found.x), np.eye(len(found.u))[0] * 3.0
    block = np.zeros((n + 1, n + 1))
    block[:n, :n], block[:n, n] = found.a, found.b @ du + found.residual
    dx = expm(block * simulation.time)[:n, n]
    assert simulation.states[:n] == pytest.approx(found.x + dx, rel=1e-9, abs=1e-12)
    assert simulation.outputs == pytest.approx(found.y + found.c @ dx + found.d @ du, rel=1e-9, abs=1e-12)


ONE = np.eye(1)
LAG_TAGS = (Tag("u", Role.INPUT, "", 0, 1, 0, "u"), Tag("y", Role.OUTPUT, "", 0, 1, 0, "y"))


@dataclass(frozen=True)
class Foreign:
    """Equations that nobody sees into."""

    def build(self, step: float) -> Dynamics:
        return StateSpace(-ONE, ONE, ONE, ONE * 0).build(step)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (MODELS["wood-berry"], "wood-berry can't be linearised: its inputs have dead times"),
        (MODELS["shell-hof"], "shell-hof can't be linearised: its inputs have dead times"),
        (StateSpace(-ONE, ONE, ONE, ONE * 0, dead_times=(2.0,)), "lag can't be linearised: its inputs have dead times"),
        (StateSpace(0.5 * ONE, ONE, ONE, ONE * 0, sample_time=1.0), "lag can't be linearised: it is discrete"),
        (Foreign(), r"lag is run as it is \(an FMU, or equations of its own kind\)"),
    ],
    ids=["wood-berry", "shell-hof", "dead-time", "discrete", "foreign"],
)
def test_what_has_no_matrices_is_said(model, words):
    model = model if isinstance(model, Model) else Model("lag", "Lag", "", (), LAG_TAGS, model)
    with pytest.raises(NotSupported, match=words):
        at_start(model)
