"""The pH tank: root solve, trajectories, probe, buffer loss and level guard."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from plant.models.ph_neutralisation import EQUATIONS, MODEL, acidity
from plant.simulation import Simulation


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def textbook_ph(wa: float, wb: float) -> float:
    def residual(ph: float) -> float:
        carbonate = wb * (1 + 2 * 10 ** (ph - 10.25)) / (1 + 10 ** (6.35 - ph) + 10 ** (ph - 10.25))
        return wa + 10 ** (ph - 14) - 10**-ph + carbonate

    return float(brentq(residual, -2, 16, xtol=1e-14, rtol=1e-14))


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_the_ph_of_every_mixture_is_the_root(acid, buffer, base):
    """Any mixture of the three feeds, to 1e-9 pH or what the rounding of the charges leaves."""
    whole = acid + buffer + base + 1e-9
    wa = (acid * 3e-3 - buffer * 0.03 - base * 3.05e-3) / whole
    wb = (buffer * 0.03 + base * 5e-5) / whole
    assert acidity(wa, wb) == pytest.approx(textbook_ph(wa, wb), abs=1e-9)


def textbook(base, acid, buffer):
    def change(_t, x):
        height, wa, wb = x
        rise = (acid + buffer + base - 4.5860777 * (height + 11.5) ** 0.607) / 207
        into = acid * (3e-3 - wa) + buffer * (-0.03 - wa) + base * (-3.05e-3 - wa)
        carbonate = acid * (0 - wb) + buffer * (0.03 - wb) + base * (5e-5 - wb)
        return [rise, into / (207 * height), carbonate / (207 * height)]

    return change


@pytest.mark.parametrize("flows", [(30.0, 16.6, 0.55), (12.0, 10.0, 2.0), (20.0, 30.0, 0.0), (14.0, 5.0, 0.1)])
@pytest.mark.parametrize("step", [1.0, 7.5, 60.0])
def test_trajectories_are_those_of_an_independent_integration(flows, step):
    names = ("base_flow", "acid_flow", "buffer_flow")
    simulation = Simulation(MODEL, step, dict(zip(names, flows, strict=True)))
    simulation.advance(round(300 / step))
    answer = solve_ivp(textbook(*flows), (0, 300), EQUATIONS.start[:3], "Radau", rtol=1e-11, atol=1e-14)
    height, wa, wb = answer.y[:, -1]
    assert value(simulation, "level") == pytest.approx(height, abs=1e-8)
    assert value(simulation, "ph") == pytest.approx(textbook_ph(wa, wb), abs=1e-6)


def test_the_gain_varies_more_than_tenfold():
    steady = [textbook_ph(*mixture(base)) for base in np.arange(10.0, 20.0, 0.1)]
    gains = np.diff(steady) / 0.1
    assert gains.max() / gains.min() > 10


def mixture(base: float) -> tuple[float, float]:
    whole = base + 16.6 + 0.55
    return (16.6 * 3e-3 - 0.55 * 0.03 - base * 3.05e-3) / whole, (0.55 * 0.03 + base * 5e-5) / whole


def test_the_probe_lags_and_without_a_lag_shows_the_tank():
    slow = Simulation(MODEL, 1.0, {"base_flow": 18.0, "probe_lag": 15.0})
    bare = Simulation(MODEL, 1.0, {"base_flow": 18.0})
    shown = 7.025790544809981
    for _ in range(100):
        before = value(slow, "tank_ph")
        slow.advance()
        bare.advance()
        after = value(slow, "tank_ph")
        slope = after - before
        shown = after - 15 * slope + (shown - before + 15 * slope) * np.exp(-1 / 15)
        assert value(bare, "ph") == value(bare, "tank_ph") == pytest.approx(after, abs=1e-12)
        assert value(slow, "ph") == pytest.approx(shown, abs=2e-4)


def test_a_probe_that_gets_slower_while_running_does_not_jump():
    simulation = Simulation(MODEL, 1.0, {"base_flow": 16.0})
    simulation.advance(60)
    before = value(simulation, "ph")
    simulation.set("probe_lag", 60.0)
    simulation.advance()
    assert value(simulation, "ph") == pytest.approx(before, abs=0.02)


@pytest.mark.parametrize("lag", [0.0, 15.0])
def test_the_loop_survives_the_loss_of_the_buffer(lag):
    """The pH does not fall below about 6.2 and comes back to its setpoint."""
    simulation = Simulation(MODEL, 1.0, {"buffer_flow": 0.0, "probe_lag": lag}, "closed-loop")
    lowest = 14.0
    for _ in range(7200):
        simulation.advance()
        lowest = min(lowest, value(simulation, "ph"))
    assert 6.0 < lowest < 6.5
    assert value(simulation, "ph") == pytest.approx(7.0258, abs=0.01)


@pytest.mark.parametrize("wanted", [6.5, 8.0, 9.0])
def test_the_loop_settles(wanted):
    simulation = Simulation(MODEL, 1.0, {"ph_setpoint": wanted}, "closed-loop")
    simulation.advance(3600 * 3)
    assert value(simulation, "ph") == pytest.approx(wanted, abs=0.01)


def test_the_tank_never_runs_dry_and_never_overflows_its_range():
    simulation = Simulation(MODEL, 1.0, {"base_flow": 0.0, "acid_flow": 5.0, "buffer_flow": 0.0})
    simulation.advance(7200)
    assert value(simulation, "level") == pytest.approx(0.1, abs=1e-12)
    assert value(simulation, "ph") == pytest.approx(textbook_ph(3e-3, 0.0), abs=1e-6)
    for name, most in (("base_flow", 30.0), ("acid_flow", 30.0), ("buffer_flow", 2.0)):
        simulation.set(name, most)
    simulation.advance(20_000)
    assert value(simulation, "level") == pytest.approx((62 / 4.5860777) ** (1 / 0.607) - 11.5, abs=1e-3)


def test_little_buffer_makes_the_curve_steep():
    def slope(start: str) -> float:
        simulation = Simulation(MODEL, 1.0, start=start)
        before = value(simulation, "ph")
        assert 6.9 < before < 7.1
        simulation.set("base_flow", value(simulation, "base_flow") + 0.05)
        simulation.advance(20_000)
        return value(simulation, "ph") - before

    assert slope("little-buffer") > 3 * slope("steady")


@pytest.mark.parametrize("step", [1.0, 10.0, 60.0])
def test_a_probe_begins_to_lag_from_what_it_showed(step):
    simulation = Simulation(MODEL, step, {"base_flow": 18.0})
    simulation.advance(round(60 / step))
    simulation.set("probe_lag", 120.0)
    longer = Simulation(MODEL, 1.0, {"base_flow": 18.0})
    longer.advance(60)
    longer.set("probe_lag", 120.0)
    simulation.advance(round(60 / step))
    longer.advance(60)
    assert simulation.values[MODEL.index("ph")] == pytest.approx(longer.values[MODEL.index("ph")], abs=1e-6)
