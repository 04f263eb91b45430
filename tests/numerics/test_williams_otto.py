"""The Williams-Otto reactor: trajectories, sum of fractions, prices, constraints held by loops."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from plant.models.williams_otto import EQUATIONS, MODEL, SECOND_PRICES
from plant.simulation import Simulation
from tests.numerics.figures.williams_otto import FIRST_PRICES, best, steady

FRACTIONS = [f"fraction_{name}" for name in "abcpeg"]


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def textbook(feed_a, feed_b, target, lag):
    def change(_t, x):
        a, b, c, p, e, g, warmth = x
        warmth = target if lag == 0 else warmth
        k1, k2, k3 = (
            factor * np.exp(-activation / (warmth + 273.15))
            for factor, activation in ((1.6599e6, 6666.7), (7.2117e8, 8333.3), (2.6745e12, 11111.0))
        )
        r1, r2, r3, flow = k1 * a * b * 2105.2, k2 * b * c * 2105.2, k3 * c * p * 2105.2, feed_a + feed_b
        masses = [
            feed_a - flow * a - r1, feed_b - flow * b - r1 - r2, -flow * c + 2 * r1 - 2 * r2 - r3,
            -flow * p + r2 - 0.5 * r3, -flow * e + 2 * r2, -flow * g + 1.5 * r3,
        ]  # fmt: skip
        return [*(mass / 2105.2 for mass in masses), (target - warmth) / lag if lag else 0.0]

    return change


@pytest.mark.parametrize("inputs", [(1.8275, 8.0, 105.0, 60.0), (2.4, 2.0, 65.0, 600.0), (1.2, 6.0, 100.0, 0.0)])
@pytest.mark.parametrize("step", [1.0, 7.5, 60.0])
def test_trajectories_are_those_of_an_independent_integration(inputs, step):
    names = ("feed_a_flow", "feed_b_flow", "temperature_target", "temperature_lag")
    simulation = Simulation(MODEL, step, dict(zip(names, inputs, strict=True)))
    simulation.advance(round(900 / step))
    answer = solve_ivp(textbook(*inputs), (0, 900), EQUATIONS.start, "Radau", rtol=1e-11, atol=1e-13)
    assert [value(simulation, name) for name in FRACTIONS] == pytest.approx(answer.y[:6, -1], abs=1e-9)
    assert sum(value(simulation, name) for name in FRACTIONS) == pytest.approx(1.0, abs=1e-9)


def test_the_profit_is_sales_less_feeds():
    simulation = Simulation(MODEL, 1.0, start="second-prices")
    simulation.advance()
    p, e = value(simulation, "fraction_p"), value(simulation, "fraction_e")
    sales = (1043.38 * p + 20.92 * e) * (1.8275 + 4.7836)
    assert value(simulation, "profit") == pytest.approx(sales - 79.23 * 1.8275 - 118.34 * 4.7836, abs=1e-9)


def test_the_second_prices_have_another_optimum():
    first, second = best(FIRST_PRICES, False), best(SECOND_PRICES, False)
    assert second[:2] != pytest.approx(first[:2], rel=0.01)
    assert second[2] > steady(first[0], first[1], SECOND_PRICES)[8] + 1


def test_both_constraints_are_active_at_the_constrained_optimum():
    simulation = Simulation(MODEL, 1.0, start="constrained-optimum")
    assert value(simulation, "fraction_a") == pytest.approx(0.12, abs=1e-6)
    assert value(simulation, "fraction_g") == pytest.approx(0.08, abs=1e-6)
    assert value(simulation, "profit") == pytest.approx(best(SECOND_PRICES, True)[2], abs=1e-4)


def test_two_loops_on_the_constraints_find_the_constrained_optimum():
    simulation = Simulation(
        MODEL, 1.0,
        {"fraction_a_mode": 1, "fraction_a_setpoint": 0.12, "fraction_g_mode": 1, "fraction_g_setpoint": 0.08},
        "second-prices",
    )  # fmt: skip
    simulation.advance(6 * 3600)
    assert value(simulation, "feed_b_flow") == pytest.approx(4.3893580, abs=1e-4)
    assert value(simulation, "temperature_target") == pytest.approx(80.494819, abs=1e-3)
    assert value(simulation, "profit") == pytest.approx(75.82, abs=0.01)


@pytest.mark.parametrize(("name", "wanted"), [("fraction_a", 0.10), ("fraction_g", 0.09)])
def test_a_loop_alone_settles(name, wanted):
    simulation = Simulation(MODEL, 1.0, {f"{name}_mode": 1, f"{name}_setpoint": wanted})
    simulation.advance(3 * 3600)
    assert value(simulation, name) == pytest.approx(wanted, abs=1e-4)


def test_a_lag_given_while_running_does_not_jump():
    simulation = Simulation(MODEL, 1.0, {"temperature_lag": 0.0, "temperature_target": 80.0})
    simulation.advance(30)
    assert value(simulation, "reactor_temperature") == 80.0
    simulation.set("temperature_lag", 120.0)
    simulation.set("temperature_target", 90.0)
    simulation.advance()
    assert value(simulation, "reactor_temperature") == pytest.approx(80 + 10 * (1 - np.exp(-1 / 120)), abs=1e-6)


def test_start_up_makes_all_products():
    simulation = Simulation(MODEL, 1.0, start="start-up")
    simulation.advance(6 * 3600)
    assert [value(simulation, name) for name in FRACTIONS] == pytest.approx(EQUATIONS.start[:6], abs=1e-6)
