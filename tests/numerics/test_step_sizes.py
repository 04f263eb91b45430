"""The length of the step must not matter: held inputs that change on a coarse grid, coarse against fine steps."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant.catalog import MODELS
from plant.equations import Equations
from plant.model import Model
from plant.simulation import Simulation
from plant.tags import Role

Plan = list[dict[str, float]]
STEADY = [
    model for model in MODELS.values() if model.starts[0].holds and not model.random and model.longest_step >= 4.0
]
EVERY = pytest.mark.parametrize("model", STEADY, ids=[model.id for model in STEADY])


@st.composite
def moves(draw: st.DrawFn, model: Model, share: float) -> Plan:
    """Six sets of inputs inside `share` of the way from the nominal values to the ends of the ranges."""
    own = [tag for tag in model.own_tags if tag.writable and not tag.states]
    parts = st.lists(st.floats(-share, share), min_size=len(own), max_size=len(own))
    plan = []
    for _ in range(6):
        plan.append(
            {
                tag.name: tag.nominal + abs(part) * ((tag.high if part > 0 else tag.low) - tag.nominal)
                for tag, part in zip(own, draw(parts), strict=True)
            }
        )
    return plan


def trace(model: Model, plan: Plan, step: float, hold: float) -> np.ndarray:
    """All outputs of the equations every `hold` seconds."""
    simulation, rows = Simulation(model, step), []
    for inputs in plan:
        for name, value in inputs.items():
            simulation.set(name, value)
        simulation.advance(round(hold / step))
        rows.append(simulation.values[model.output_indices].copy())
    return np.array(rows)


def worst(model: Model, plan: Plan) -> float:
    """The largest difference between steps of 20, 4, 1 and 0.25 sample times, in parts of each output's range."""
    spans = np.array([model.tags[i].high - model.tags[i].low for i in model.output_indices])
    hold, steps = 20 * model.sample_time, [s * model.sample_time for s in (20.0, 4.0, 1.0, 0.25)]
    traces = [trace(model, plan, step, hold) / spans for step in steps if 0.05 <= step <= 60]
    return max(float(np.abs(a - b).max()) for a, b in pairwise(traces))


@EVERY
@given(data=st.data())
@settings(max_examples=8, deadline=None, derandomize=True)
def test_one_step_equals_several_short_ones(model, data):
    """Within the tolerance that the model declares; 1e-9 of the range for linear models, which are moved exactly."""
    tolerance = model.step_tolerance if isinstance(model.equations, Equations) else 1e-9
    assert worst(model, data.draw(moves(model, 0.3))) < tolerance


@EVERY
@given(data=st.data())
@settings(max_examples=8, deadline=None, derandomize=True)
def test_the_ends_of_the_ranges_cost_little_accuracy(model, data):
    """Anywhere in the ranges, where tanks overflow and run dry: 1e-3 of the range (linear models 1e-9 even there)."""
    tolerance = 1e-3 if isinstance(model.equations, Equations) else 1e-9
    assert worst(model, data.draw(moves(model, 1.0))) < tolerance


def test_dead_times_a_rounding_error_away_from_whole_steps():
    """k steps, and the numbers next to it on both sides, give the same answer."""
    model = MODELS["wood-berry"]
    for step in (0.1, 0.3, 0.7, 6.0):
        for count in (1, 3, 7, 49):
            exact = count * step
            answers = []
            for dead_time in (exact, np.nextafter(exact, 0), np.nextafter(exact, 1e9)):
                inputs = {"feed_flow": 3.0, "distillate_feed_dead_time": float(dead_time)}
                simulation = Simulation(model, step, inputs)
                rows = []
                for _ in range(count + 20):
                    simulation.advance()
                    rows.append(simulation.values[model.index("distillate_methanol_unclipped")])
                answers.append(rows)
            expected = [
                96.25 + 3.8 * 0.55 * (1 - np.exp(-max(0.0, (k + 1) * step - exact) / 60 / 14.9))
                for k in range(count + 20)
            ]
            for rows in answers:
                assert rows == pytest.approx(expected, abs=1e-10)


@given(st.lists(st.floats(0, 600), min_size=2, max_size=30), st.sampled_from([0.05, 1.0, 7.3, 60.0]))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_a_wandering_dead_time_stays_bounded(dead_times, step):
    """Whatever the dead time does, the lag stays between the answers to the lowest and the highest past input."""
    model = MODELS["wood-berry"]
    simulation = Simulation(model, step, {"feed_flow": 3.0})
    shown = model.index("distillate_methanol_unclipped")
    for dead_time in dead_times:
        simulation.set("distillate_feed_dead_time", dead_time)
        for _ in range(5):
            simulation.advance()
            assert 96.25 - 1e-9 <= simulation.values[shown] <= 96.25 + 3.8 * 0.55 + 1e-9


@EVERY
@given(data=st.data())
@settings(max_examples=8, deadline=None, derandomize=True)
def test_readings_stay_in_their_ranges(model, data):
    """An instrument shows no more than its range."""
    simulation = Simulation(model, model.sample_time)
    for inputs in data.draw(moves(model, 1.0)):
        for name, value in inputs.items():
            simulation.set(name, value)
        for _ in range(60):
            simulation.advance()
            for tag, value in zip(model.tags, simulation.values.tolist(), strict=True):
                assert tag.role is Role.STATE or tag.low <= value <= tag.high, f"{tag.name} = {value}"


@EVERY
def test_no_instrument_rests_at_the_end_of_its_range_in_the_middle_of_the_inputs(model):
    """With all inputs nominal no output is clipped, so that a clipped one always tells of an extreme."""
    for place, value in zip(model.output_indices, Simulation(model, model.sample_time).outputs.tolist(), strict=True):
        tag = model.tags[place]
        assert tag.role is Role.STATE or tag.low <= value <= tag.high, tag.name
