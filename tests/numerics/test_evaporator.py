"""The evaporator against equations written anew, its economics, loops, trips and limits."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import minimize

from plant.models.evaporator import MODEL, NOMINAL_INPUTS
from plant.simulation import Simulation


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def published(_time, x, f2, p100, f200, f3, f1, x1, t1, t200):
    """The equations as they are printed."""
    _, x2, p2 = x
    t2, t3, t100 = 0.5616 * p2 + 0.3126 * x2 + 48.43, 0.507 * p2 + 55.0, 0.1538 * p100 + 90.0
    q100 = 0.16 * (f1 + f3) * (t100 - t2)
    f4 = (q100 - 0.07 * f1 * (t2 - t1)) / 38.5
    q200 = 6.84 * (t3 - t200) / (1 + 6.84 / (2 * 0.07 * f200))
    return [(f1 - f4 - f2) / 20, (f1 * x1 - f2 * x2) / 20, (f4 - q200 / 38.5) / 4]


@pytest.mark.parametrize("moved", range(8))
@pytest.mark.parametrize("part", [-0.08, 0.08])
def test_agrees_with_an_independent_integration(moved, part):
    inputs = list(NOMINAL_INPUTS)
    inputs[moved] *= 1 + part
    expected = solve_ivp(published, (0, 10), (1.0, 25.0, 50.5), "DOP853", rtol=1e-11, atol=1e-12, args=inputs).y[:, -1]
    names = [MODEL.tags[i].name for i in MODEL.input_indices]
    for step in (1.0, 60.0):
        simulation = Simulation(MODEL, step, dict(zip(names, inputs, strict=True)))
        simulation.advance(round(600 / step))
        assert simulation.states[:3] == pytest.approx(expected, abs=1e-7)


def test_the_optimum_needs_no_assumption_which_limits_are_active():
    """Minimised over all free variables of the steady state with every published constraint: the start `optimum`."""

    def steady(z):
        f1, f3, p100, f200, x2, p2 = z * (10, 25, 400, 200, 35, 50)
        f2 = f1 * 5 / x2
        return f1, f3, p100, f200, x2, p2, f2

    def residual(z):
        f1, f3, p100, f200, x2, p2, f2 = steady(z)
        rate = published(0, (1.0, x2, p2), f2, p100, f200, f3, f1, 5.0, 40.0, 25.0)
        return np.array([rate[0], rate[2]])

    def cost(z):
        f1, f3, p100, f200, x2, p2, f2 = steady(z)
        q100 = 0.16 * (f1 + f3) * (0.1538 * p100 + 90 - 0.5616 * p2 - 0.3126 * x2 - 48.43)
        return (600 * q100 / 36.6 + 0.6 * f200 + 1.009 * (f2 + f3) + 0.2 * f1 - 4800 * f2) / 1000

    bounds = [(0.1, 2), (0, 4), (0, 1), (0.01, 2), (35.5 / 35, 2), (40 / 50, 80 / 50)]
    found = minimize(
        cost, (1, 1, 0.9, 1, 1.05, 1), method="SLSQP", bounds=bounds, constraints={"type": "eq", "fun": residual},
        options={"ftol": 1e-12, "maxiter": 500},
    )  # fmt: skip
    assert found.success
    simulation = Simulation(MODEL, 1.0, start="optimum")
    assert value(simulation, "operating_cost") == pytest.approx(1000 * found.fun, abs=2e-3)
    feed, circulation, steam, _, composition, pressure, product = steady(found.x)
    names = ("feed_flow", "circulation_flow", "steam_pressure", "product_composition", "pressure", "product_flow")
    ours = [value(simulation, name) for name in names]
    assert ours == pytest.approx([feed, circulation, steam, composition, pressure, product], rel=2e-3)


@pytest.mark.parametrize(
    ("tag", "number"),
    [("product_composition", 26.0), ("pressure", 52.0), ("level", 1.2), ("product_composition", 28.0)],
)
def test_closed_loop_follows_setpoints(tag, number):
    simulation = Simulation(MODEL, 1.0, {f"{tag}_setpoint": number}, start="closed-loop")
    simulation.advance(6 * 3600)
    for name, wanted in {"level": 1.0, "product_composition": 25.0, "pressure": 50.5, tag: number}.items():
        assert value(simulation, name) == pytest.approx(wanted, rel=2e-3)


def test_a_saturated_loop_comes_back():
    """16 kg/min of feed is more than the condenser can take; the water comes off its end as the pressure comes back."""
    simulation = Simulation(MODEL, 1.0, {"feed_flow": 16.0}, start="closed-loop")
    simulation.advance(7200)
    assert value(simulation, "cooling_water_flow") == 400.0
    simulation.set("feed_flow", 10.0)
    while value(simulation, "pressure") > 50.5:
        simulation.advance()
    simulation.advance(60)
    assert value(simulation, "cooling_water_flow") < 400.0
    simulation.advance(8 * 3600)
    assert value(simulation, "pressure") == pytest.approx(50.5, abs=0.1)


def test_start_up_reaches_the_operating_point():
    simulation = Simulation(MODEL, 1.0, start="start-up")
    simulation.advance(8 * 3600)
    assert value(simulation, "product_composition") == pytest.approx(25.0, abs=0.02)
    assert value(simulation, "pressure") == pytest.approx(50.5, abs=0.05)


@pytest.mark.parametrize(
    ("inputs", "trip", "forced", "watched", "limit"),
    [
        ({"product_flow": 10.0}, "level_trip", "product_flow", "level", 0.05),
        ({"cooling_water_flow": 0.0, "steam_pressure": 400.0}, "pressure_trip", "steam_pressure", "pressure", 95.0),
    ],
)
def test_trips(inputs, trip, forced, watched, limit):
    simulation = Simulation(MODEL, 1.0, inputs)
    while not value(simulation, trip):
        simulation.advance()
        assert simulation.time < 7200
    assert value(simulation, forced) == 0.0
    assert value(simulation, watched) == pytest.approx(limit, rel=0.01, abs=1e-3)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_inputs_the_states_stay_inside_the_vessel(seed):
    """A day at any corner of the inputs; readings are never cut at their ranges."""
    random = np.random.default_rng(seed)
    tags = [MODEL.tags[i] for i in MODEL.input_indices]
    simulation = Simulation(MODEL, 60.0, {tag.name: (tag.low, tag.high)[random.integers(2)] for tag in tags})
    for _ in range(24):
        simulation.advance(60)
        level, composition, pressure = simulation.states[:3]
        assert -0.3 <= level <= 2.3
        assert 0 <= composition <= 101
        assert -1 <= pressure <= 100
        for place in MODEL.output_indices[3:]:
            tag = MODEL.tags[place]
            assert tag.low <= simulation.values[place] <= tag.high
            assert simulation.values[place] not in (tag.low, tag.high) or simulation.values[place] == 0, tag.name
