"""The Shell heavy oil fractionator: every element of the table, uncertain gains, disturbances, loops."""

import math

import numpy as np
import pytest

from plant.models.shell_hof import DEAD_TIMES, GAINS, LAGS, MODEL, UNCERTAINTIES
from plant.simulation import Simulation

INPUTS = [tag.name for tag in MODEL.own_tags[:5]]
OUTPUTS = [MODEL.tags[place].name for place in MODEL.output_indices]


def outputs(simulation: Simulation) -> np.ndarray:
    return simulation.values[MODEL.output_indices]


def answer(output: int, source: int, minutes: float, gain: float) -> float:
    rest = minutes - DEAD_TIMES[output][source]
    return gain * (1 - math.exp(-rest / LAGS[output][source])) if rest > 0 else 0.0


@pytest.mark.parametrize("step", [7.0, 60.0])
@pytest.mark.parametrize("source", range(5))
def test_every_step_response_is_the_analytic_one(source, step):
    simulation = Simulation(MODEL, step, {INPUTS[source]: 0.1})
    for _ in range(50):
        simulation.advance(5)
        expected = [answer(i, source, simulation.time / 60, 0.1 * GAINS[i][source]) for i in range(7)]
        assert outputs(simulation) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("eps", [-1.0, 0.4, 1.0])
@pytest.mark.parametrize("source", range(3))
def test_uncertain_gains(source, eps):
    """eps = 1 adds the whole uncertainty to every gain of the input, -1 takes it away; other inputs are not touched."""
    simulation = Simulation(MODEL, 60.0, {INPUTS[source]: -0.2, f"{INPUTS[source]}_uncertainty": eps})
    simulation.advance(100)
    gains = [GAINS[i][source] + eps * UNCERTAINTIES[i][source] for i in range(7)]
    expected = [answer(i, source, 100.0, -0.2 * gain) for i, gain in enumerate(gains)]
    assert outputs(simulation) == pytest.approx(expected, abs=1e-12)
    other = Simulation(MODEL, 60.0, {INPUTS[source]: 0.0, INPUTS[(source + 1) % 3]: 0.1, "upper_reflux_duty": 0.1})
    same = Simulation(MODEL, 60.0, {INPUTS[(source + 1) % 3]: 0.1, "upper_reflux_duty": 0.1})
    same.set(f"{INPUTS[source]}_uncertainty", eps)
    other.advance(100)
    same.advance(100)
    assert outputs(same).tolist() == outputs(other).tolist()


def test_the_ranges_hold_the_worst_that_the_inputs_can_do():
    worst = dict.fromkeys(INPUTS, 0.5) | {f"{name}_uncertainty": 1.0 for name in INPUTS[:3]}
    for sign in (1, -1):
        inputs = {name: value if name.endswith("uncertainty") else sign * value for name, value in worst.items()}
        simulation = Simulation(MODEL, 60.0, inputs)
        simulation.advance(2000)
        for name, value in zip(OUTPUTS, outputs(simulation), strict=True):
            tag = MODEL.tag(name)
            assert tag.low < value < tag.high
            assert abs(value) > 0.7 * tag.high


@pytest.mark.parametrize("disturbance", ["upper_reflux_duty", "intermediate_reflux_duty"])
def test_the_loops_bring_the_end_points_back(disturbance):
    simulation = Simulation(MODEL, 60.0, {disturbance: 0.2}, "closed-loop")
    simulation.advance(60 * 60)
    for name in ("top_end_point", "side_end_point", "bottoms_reflux_temperature"):
        assert simulation.values[MODEL.index(name)] == pytest.approx(0.0, abs=0.005)


def test_the_loops_hold_the_plant_with_the_largest_gains():
    simulation = Simulation(MODEL, 60.0, {"upper_reflux_duty": 0.2}, "high-gains")
    simulation.advance(100 * 60)
    assert np.abs(outputs(simulation)[[0, 1, 6]]).max() < 0.01


def test_the_alarms_of_the_sheet():
    limits = MODEL.tag("bottoms_reflux_temperature").limits
    assert (limits.low, limits.low_low, limits.high) == (-0.4, -0.5, None)
    for name in ("top_end_point", "side_end_point"):
        limits = MODEL.tag(name).limits
        assert (limits.high_high, limits.high, limits.low, limits.low_low) == (0.5, 0.3, -0.3, -0.5)
