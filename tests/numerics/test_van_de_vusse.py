"""The van de Vusse reactor: change of sign, inverse response, variants, against an independent right-hand side."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from plant.model import Start
from plant.models.van_de_vusse import MODEL, OPERATING_POINT
from plant.simulation import Simulation
from tests.numerics.figures.van_de_vusse import NAMES, best

NOMINAL = {
    "dilution_rate": 14.19,
    "jacket_heat": -1113.5,
    "feed_temperature": 104.9,
    "feed_concentration": 5.1,
    "reactor_volume": 10.0,
    "side_activation_factor": 1.0,
    "reaction_rate_factor": 1.0,
}


def state(simulation: Simulation) -> list[float]:
    return [float(simulation.values[MODEL.index(name)]) for name in NAMES]


def textbook(F, QK, Tin, cA0, VR, alpha, beta):  # noqa: N803 - the paper's symbols
    def change(_t, x):
        a, b, warmth, jacket = x
        k1 = beta * 1.287e12 * np.exp(-9758.3 / (warmth + 273.15))
        k2 = 1.287e12 * np.exp(-9758.3 / (warmth + 273.15))
        k3 = 9.043e9 * np.exp(-8560.0 * alpha / (warmth + 273.15))
        reaction = (k1 * a * 4.2 + k2 * b * -11.0 + k3 * a**2 * -41.85) / (0.9342 * 3.01)
        return [
            F * (cA0 - a) - k1 * a - k3 * a**2,
            -F * b + k1 * a - k2 * b,
            F * (Tin - warmth) - reaction + 4032 * 0.215 * (jacket - warmth) / (0.9342 * 3.01 * VR),
            (QK + 4032 * 0.215 * (warmth - jacket)) / (5.0 * 2.0),
        ]

    return change


@pytest.mark.parametrize(
    "change",
    [
        {"dilution_rate": 35.0},
        {"jacket_heat": -9000.0},
        {"dilution_rate": 3.0, "jacket_heat": 0.0, "feed_temperature": 130.0, "feed_concentration": 5.7},
        {"reactor_volume": 10.01, "feed_temperature": 130.0, "dilution_rate": 18.83, "jacket_heat": -4495.7},
        {"side_activation_factor": 1.05, "reaction_rate_factor": 0.9},
    ],
)
@pytest.mark.parametrize("step", [1.0, 7.3, 60.0])
def test_trajectories_are_those_of_an_independent_integration(change, step):
    simulation = Simulation(MODEL, step, change)
    simulation.advance(round(730 / step))
    answer = solve_ivp(
        textbook(*(NOMINAL | change).values()), (0, simulation.time / 3600), OPERATING_POINT, "Radau",
        rtol=1e-11, atol=1e-12,
    )  # fmt: skip
    assert state(simulation) == pytest.approx(answer.y[:, -1], rel=1e-8)


def test_the_uncertain_factors_are_those_of_do_mpcs_example():
    """do-mpc's CSTR example (VR = 10.01 L, Tin = 130 °C) with alpha 1.03 and beta 0.95, integrated there to 1e-12."""
    begin = Start("example", "As there", states=(0.8, 0.5, 134.14, 130.0), holds=False)
    change = {
        "dilution_rate": 20.0, "jacket_heat": -2000.0, "feed_temperature": 130.0, "reactor_volume": 10.01,
        "side_activation_factor": 1.03, "reaction_rate_factor": 0.95,
    }  # fmt: skip
    simulation = Simulation(replace(MODEL, starts=(begin,)), 1.0, change)
    simulation.advance(180)
    assert state(simulation) == pytest.approx([1.42223493043, 0.91362256453, 133.659772046, 131.088447017], abs=1e-8)


@pytest.mark.parametrize(("flow", "sign"), [(10.0, 1), (25.0, -1)])
def test_the_gain_changes_its_sign_and_left_of_the_maximum_the_answer_begins_the_wrong_way(flow, sign):
    simulation = Simulation(MODEL, 1.0, {"dilution_rate": flow})
    simulation.advance(3600 * 4)
    before = state(simulation)[1]
    simulation.set("dilution_rate", flow + 1)
    simulation.advance(20)
    assert state(simulation)[1] < before
    simulation.advance(3600 * 4)
    assert sign * (state(simulation)[1] - before) > 0


def test_the_maximum_is_close_to_the_operating_point():
    assert best()[0] == pytest.approx(14.19, rel=0.05)


def test_the_temperature_loop_settles():
    simulation = Simulation(MODEL, 1.0, {"reactor_temperature_setpoint": 116.0}, "closed-loop")
    simulation.advance(3600)
    assert state(simulation)[2] == pytest.approx(116.0, abs=0.01)
    simulation.set("feed_temperature", 110.0)
    simulation.advance(3600)
    assert state(simulation)[2] == pytest.approx(116.0, abs=0.01)


@pytest.mark.parametrize("flow", [3.0, 35.0])
@pytest.mark.parametrize("heat", [-9000.0, 0.0])
@pytest.mark.parametrize("warmth", [100.0, 130.0])
@pytest.mark.parametrize("rich", [4.5, 5.7])
def test_every_corner_stays_inside_the_ranges(flow, heat, warmth, rich):
    inputs = {"dilution_rate": flow, "jacket_heat": heat, "feed_temperature": warmth, "feed_concentration": rich}
    simulation = Simulation(MODEL, 10.0, inputs)
    for _ in range(360):
        simulation.advance(4)
        for name, number in zip(NAMES, state(simulation), strict=True):
            tag = MODEL.tag(name)
            assert tag.low < number < tag.high


def test_start_up_ends_at_the_operating_point():
    simulation = Simulation(MODEL, 1.0, start="start-up")
    simulation.advance(3600 * 3)
    assert state(simulation) == pytest.approx(OPERATING_POINT, rel=1e-6)
