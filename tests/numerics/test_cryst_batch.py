"""The crystalliser against equations written anew, its conservation of solute, its cooling and its loop."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from plant.models.cryst_batch import EQUATIONS, MODEL, NOMINAL_INPUTS, START, solubility
from plant.simulation import Simulation
from tests.numerics.calling import rates


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def published(time, z, temperature):
    """The public model, its units carried in logarithms of the moments; `temperature(time)` in °C."""
    m0, m1, m2, m3 = np.exp(z[:4])
    kelvin = temperature(time) + 273.15
    saturated = -686.2686 + 3.579165 * kelvin - 0.00292874 * kelvin**2
    s = abs(1000 * z[4] - saturated)
    birth = 0.923714966 * np.exp(-6754.878558 / kelvin) * s**0.92229965554 * m3**1.341205945
    growth = 48.07514464 * np.exp(-4921.261419 / kelvin) * s**1.871281405
    a, b = 0.50523693, 7.271241375
    crystals = growth * (a * m2 * 1e-8 + b * m3 * 1e-12)
    loss = -0.5 * 2.658 * 7.510905767 * crystals
    return [
        birth / m0, 1e4 * growth * (a * m0 + b * m1 * 1e-4) / m1,
        2e8 * growth * (a * m1 * 1e-4 + b * m2 * 1e-8) / m2, 3e12 * crystals / m3, loss,
    ]  # fmt: skip


def reference(temperature, minutes):
    start = [*np.log(START[:4]), START[4]]
    z = solve_ivp(
        published, (0, minutes), start, "Radau", rtol=1e-10, atol=1e-13, args=(temperature,), max_step=0.05
    ).y[:, -1]  # fmt: skip
    return [*np.exp(z[:4]), z[4]]


@pytest.mark.parametrize("temperature", [39.0, 40.0, 30.0, 15.0])
@pytest.mark.parametrize("step", [1.0, 10.0, 60.0])
def test_agrees_at_constant_temperature(temperature, step):
    simulation = Simulation(MODEL, step, {"cooling_limit": 0, "jacket_temperature": temperature})
    simulation.advance(round(600 / step))
    expected = reference(lambda _time: temperature, 10)
    assert simulation.states[:5] == pytest.approx(expected, rel=2e-7)


@pytest.mark.parametrize("step", [1.0, 7.0, 60.0])
def test_agrees_while_it_is_cooled_as_fast_as_it_may(step):
    """A jump of the wanted temperature is a ramp of exactly 1 K/min to 30.3 °C, whatever the step."""
    simulation = Simulation(MODEL, step, {"jacket_temperature": 30.3})
    simulation.advance(round(840 / step))
    expected = reference(lambda time: max(39.0 - time, 30.3), 14)
    assert simulation.states[:5] == pytest.approx(expected, rel=1e-6)
    assert value(simulation, "temperature") == pytest.approx(30.3, abs=1e-12)


@pytest.mark.parametrize("step", [0.5, 1.0, 45.0])
def test_the_jacket_never_moves_faster_than_it_may(step):
    random = np.random.default_rng(1)
    simulation = Simulation(MODEL, step)
    before, wanted = 39.0, 39.0
    for _ in range(200):
        if random.random() < 0.3:
            wanted = float(random.uniform(10, 40))
            simulation.set("jacket_temperature", wanted)
        simulation.advance()
        now = value(simulation, "temperature")
        way = min(abs(wanted - before), step / 60)
        assert now == pytest.approx(before + np.sign(wanted - before) * way, abs=1e-9)
        before = now


def test_what_crystallises_leaves_the_solution():
    simulation = Simulation(MODEL, 1.0, {"jacket_temperature": 15.0})
    (balance,) = EQUATIONS.balances
    before = balance.stored(simulation.states, NOMINAL_INPUTS)
    simulation.advance(1800)
    assert balance.stored(simulation.states, NOMINAL_INPUTS) == pytest.approx(before, rel=1e-8)
    assert value(simulation, "crystals") > 0.03


def test_nothing_happens_below_saturation():
    state = list(START)
    state[4] = 0.001 * solubility(39.0) - 1e-6
    assert rates(EQUATIONS, state, NOMINAL_INPUTS)[:6] == [0.0] * 6
    simulation = Simulation(MODEL, 1.0, start="saturated")
    simulation.advance(1800)
    assert value(simulation, "moment_0") == pytest.approx(START[0], rel=1e-9)


def test_the_final_spread_is_shown_at_the_end_of_the_batch():
    simulation = Simulation(MODEL, 1.0)
    simulation.advance(1799)
    assert value(simulation, "final_coefficient_of_variation") == 0
    simulation.advance()
    assert value(simulation, "final_coefficient_of_variation") == value(simulation, "coefficient_of_variation") > 0
    assert value(simulation, "batch_time") == pytest.approx(30.0, abs=1e-9)


def test_fast_cooling_makes_many_crystals():
    numbers = []
    for wanted in (39.0, 10.0):
        simulation = Simulation(MODEL, 1.0, {"jacket_temperature": wanted, "cooling_limit": 0})
        simulation.advance(1800)
        numbers.append(value(simulation, "moment_0"))
    assert numbers[1] > 3 * numbers[0]


def test_the_loop_holds_the_supersaturation():
    """From saturation to 8 g/L, within half a gram as the crystals' hunger grows."""
    simulation = Simulation(MODEL, 1.0, {"supersaturation_mode": 1, "supersaturation_setpoint": 8.0}, "saturated")
    simulation.advance(1200)
    assert value(simulation, "supersaturation") == pytest.approx(8.0, abs=0.5)
    assert value(simulation, "jacket_temperature") < 36.0


@pytest.mark.parametrize("temperature", [10.0, 40.0])
def test_a_batch_left_for_a_day_stays_finite_inside_its_ranges(temperature):
    simulation = Simulation(MODEL, 60.0, {"jacket_temperature": temperature, "cooling_limit": 0})
    simulation.advance(1440)
    for place in MODEL.output_indices:
        tag = MODEL.tags[place]
        assert tag.low <= simulation.values[place] <= tag.high


def test_a_mean_size_beyond_the_published_range_is_shown():
    simulation = Simulation(MODEL, 10.0, {"cooling_limit": 0.0, "jacket_temperature": 10.0})
    sizes = []
    for _ in range(60):
        simulation.advance()
        sizes.append(float(simulation.outputs[5]))
        assert value(simulation, "mean_size") == sizes[-1]
    assert max(sizes) > 30.0
