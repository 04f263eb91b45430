"""The quadruple tank against Johansson's figures and an independent computation."""

import numpy as np
import pytest

from plant.models.quadruple_tank import EQUATIONS, MODEL, NOMINAL_INPUTS, NON_MINIMUM_PHASE, SENSOR_GAIN, equilibrium
from plant.simulation import Simulation
from plant.solvers.linearize import linearize
from tests.numerics import calling

AREAS, HOLES, GRAVITY = (28.0, 32.0, 28.0, 32.0), (0.071, 0.057, 0.071, 0.057), 981.0
Setting = tuple[float, ...]
MINUS, PLUS = NOMINAL_INPUTS, NON_MINIMUM_PHASE


def linear(setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """A and the columns of B that belong to the two pumps."""
    simulation = Simulation(MODEL, 1.0)
    simulation.values[MODEL.input_indices] = setting
    found = linearize(MODEL, np.array([*equilibrium(setting), 0.0]), simulation.values)
    return found.a, found.b[:, :2]


def steady_gain(setting: Setting) -> np.ndarray:
    a, b = linear(setting)
    return SENSOR_GAIN * (-np.linalg.solve(a, b))[:2]


@pytest.mark.parametrize(("setting", "printed"), [(MINUS, (12.4, 12.7, 1.8, 1.4)), (PLUS, (12.6, 13.0, 4.8, 4.9))])
def test_levels(setting, printed):
    """Levels of Johansson (2000), which round the equilibrium of his constants."""
    found = equilibrium(setting)
    assert found == pytest.approx(printed, abs=0.2)
    assert calling.rates(EQUATIONS, found, setting) == pytest.approx((0, 0, 0, 0), abs=1e-14)


@pytest.mark.parametrize(("setting", "printed"), [(MINUS, (62, 90, 23, 30)), (PLUS, (63, 91, 39, 56))])
def test_time_constants(setting, printed):
    """T = (A/a) sqrt(2 h/g): 62, 90, 23, 30 s and 63, 91, 39, 56 s, from rounded levels."""
    levels = equilibrium(setting)
    times = [area / hole * np.sqrt(2 * h / GRAVITY) for area, hole, h in zip(AREAS, HOLES, levels, strict=True)]
    assert times == pytest.approx(printed, rel=0.04)
    a, _ = linear(setting)
    assert sorted(-1 / np.diag(a)) == pytest.approx(sorted(times), rel=1e-4)


@pytest.mark.parametrize(("setting", "printed"), [(MINUS, (-0.060, -0.018)), (PLUS, (-0.057, 0.013))])
def test_zeros(setting, printed):
    """Transmission zeros -0.060, -0.018 and -0.057, +0.013 1/s: roots of det [[sI - A, -B], [C, 0]]."""
    a, b = linear(setting)
    c = SENSOR_GAIN * np.eye(2, 4)

    def determinant(s: float) -> float:
        return float(np.linalg.det(np.block([[s * np.eye(4) - a, -b], [c, np.zeros((2, 2))]])))

    points = np.array([-0.05, 0.0, 0.05])
    roots = np.roots(np.polyfit(points, [determinant(s) for s in points], 2))
    assert sorted(roots.real) == pytest.approx(sorted(printed), abs=1.5e-3)


@pytest.mark.parametrize(("setting", "printed"), [(MINUS, 1.40), (PLUS, -0.64)])
def test_relative_gain(setting, printed):
    """Relative gain g1 g2/(g1 + g2 - 1): 1.40 and -0.64."""
    gain = steady_gain(setting)
    assert (gain * np.linalg.inv(gain).T)[0, 0] == pytest.approx(printed, abs=0.006)


def test_steady_gains():
    """G(0) = [2.6, 1.5; 1.4, 2.8] of the minimum phase setting."""
    assert steady_gain(MINUS) == pytest.approx(np.array([[2.6, 1.5], [1.4, 2.8]]), rel=0.04)


def test_pump_step():
    """Computed independently: v1 + 1 V from the exact start, levels at 60 s."""
    simulation = Simulation(MODEL, 1.0, {"pump_1_voltage": 4.0})
    for _ in range(60):
        simulation.advance()
    levels = [float(simulation.values[MODEL.index(f"level_{n}")]) for n in (1, 2, 3, 4)]
    assert levels == pytest.approx([15.53136813, 13.57271995, 1.63394113, 2.28135235], abs=1e-7)


def test_tanks_overflow_and_run_dry():
    """A level never leaves 0..20 cm."""
    simulation = Simulation(MODEL, 10.0, {"pump_1_voltage": 10.0, "pump_2_voltage": 10.0})
    first = MODEL.index("level_1")
    for _ in range(100):
        simulation.advance()
    assert simulation.values[first : first + 4].max() == 20.0
    simulation.set("pump_1_voltage", 0.0)
    simulation.set("pump_2_voltage", 0.0)
    for _ in range(200):
        simulation.advance()
    assert simulation.values[first : first + 4].tolist() == pytest.approx([0, 0, 0, 0], abs=1e-3)
    assert simulation.values[first : first + 4].min() >= 0.0


@pytest.mark.parametrize(("start", "earliest", "latest"), [("closed-loop", 10, 600), (
    "non-minimum-phase-closed-loop", 1000, 10_000)])  # fmt: skip
def test_johanssons_tunings_settle(start, earliest, latest):
    """Both settings with their PI settings follow a setpoint; the non-minimum phase one takes more than 1000 s."""
    simulation = Simulation(MODEL, 1.0, start=start)
    places = [MODEL.index(f"level_{tank}_signal") for tank in (1, 2)]
    wanted = simulation.values[places] + [0.5, 0.0]
    simulation.set("level_1_signal_setpoint", wanted[0])
    settled = 0.0
    while simulation.time < 2 * latest:
        simulation.advance(10)
        if np.abs(simulation.values[places] - wanted).max() > 0.02:
            settled = simulation.time
    assert earliest < settled < latest


def test_start_up_ends_at_the_equilibrium():
    simulation = Simulation(MODEL, 1.0, start="start-up")
    simulation.advance(5000)
    assert simulation.states[:4].tolist() == pytest.approx(EQUATIONS.start, abs=1e-6)
