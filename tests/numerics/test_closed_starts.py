"""A start state with loops in auto is a plant under control: a setpoint given with the start is a step of it."""

import pytest

from plant.catalog import MODELS
from plant.control import MANUAL
from plant.loops import Loop
from plant.model import Model
from plant.simulation import Simulation

STEP = 0.05
AUTOMATIC = [
    pytest.param(model, start.name, loop, id=f"{model.id}: {start.name}: {loop.controlled}")
    for model in MODELS.values()
    for start in model.starts
    for loop in model.loops
    if start.inputs.get(loop.mode_name, MANUAL) == 1
]


def moved(model: Model, start: str, loop: Loop, inputs: dict[str, float]) -> float:
    """Where the loop puts its output at once."""
    simulation = Simulation(model, STEP, inputs, start)
    simulation.advance()
    return float(simulation.values[model.index(loop.manipulated)])


@pytest.mark.parametrize(("model", "start", "loop"), AUTOMATIC)
def test_a_setpoint_given_with_the_start_moves_the_output_by_the_gain(model, start, loop):
    begun = Simulation(model, STEP, {}, start)
    setpoint, gain, integral = (
        float(begun.values[model.index(f"{loop.controlled}_{what}")]) for what in ("setpoint", "gain", "integral_time")
    )
    change = 1e-5 * (model.tag(loop.controlled).high - model.tag(loop.controlled).low)
    wanted = change * gain * (1 + (max(STEP, loop.period) / integral if integral else 0.0))
    before = moved(model, start, loop, {})
    after = moved(model, start, loop, {loop.setpoint_name: setpoint + change})
    assert after - before == pytest.approx(wanted, rel=1e-6)


def test_a_loop_that_the_first_inputs_switch_on_begins_without_a_bump():
    model = MODELS["column-a"]
    inputs = {"condenser_holdup_mode": 1.0, "condenser_holdup_setpoint": 0.6}
    assert moved(model, "steady", model.loops[0], inputs) == 0.5
    assert moved(model, "level-control", model.loops[0], {"condenser_holdup_setpoint": 0.52}) == pytest.approx(0.3)


def test_a_loop_that_the_first_inputs_switch_off_stays_off():
    model = MODELS["column-a"]
    inputs = {"condenser_holdup_mode": 0.0, "condenser_holdup_setpoint": 0.6, "distillate_flow": 0.7}
    assert moved(model, "level-control", model.loops[0], inputs) == 0.7
