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


@pytest.mark.parametrize("step", [7.0, 60.0])
@pytest.mark.parametrize(
    ("model_id", "start", "controlled", "change"),
    [
        ("ethylene-oxidation", "closed-loop", "ethylene_oxide", 0.003),
        ("ethylene-oxidation", "closed-loop", "reactor_temperature", 0.02),
        ("quadruple-tank", "closed-loop", "level_1_signal", 0.3),
        ("cstr-exotherm", "middle", "reactor_temperature", 5.0),
        ("van-de-vusse", "closed-loop", "reactor_temperature", 2.0),
        ("ph-neutralisation", "closed-loop", "ph", 0.5),
        ("tclab", "closed-loop", "temperature_1", 3.0),
        ("boiler-turbine", "closed-loop", "power", 5.0),
        ("heat-exchanger", "closed-loop", "hot_outlet_temperature", 2.0),
        ("surge-tank", "closed-loop", "level", 0.1),
    ],
)
def test_a_loop_comes_to_rest_on_its_setpoint_whatever_the_sample_time(model_id, start, controlled, change, step):
    model = MODELS[model_id]
    setpoint = model.start(start).inputs.get(f"{controlled}_setpoint", model.tag(controlled).nominal) + change
    simulation = Simulation(model, step, {f"{controlled}_setpoint": setpoint}, start)
    simulation.advance(round(20_000 / step))
    for _ in range(20):
        simulation.advance()
        assert simulation.values[model.index(controlled)] == pytest.approx(setpoint, abs=1e-3 * change)


def test_a_reaction_that_runs_away_within_one_long_step_trips():
    model = MODELS["cstr-exotherm"]
    simulation = Simulation(model, 60.0, {"coolant_temperature": 310.0})
    simulation.advance(20)
    assert simulation.values[model.index("temperature_trip")] == 1.0


def test_a_loop_that_the_first_inputs_switch_on_begins_without_a_bump():
    model = MODELS["column-a"]
    inputs = {"condenser_holdup_mode": 1.0, "condenser_holdup_setpoint": 0.6}
    assert moved(model, "steady", model.loops[0], inputs) == 0.5
    assert moved(model, "level-control", model.loops[0], {"condenser_holdup_setpoint": 0.52}) == pytest.approx(0.3)


def test_a_loop_that_the_first_inputs_switch_off_stays_off():
    model = MODELS["column-a"]
    inputs = {"condenser_holdup_mode": 0.0, "condenser_holdup_setpoint": 0.6, "distillate_flow": 0.7}
    assert moved(model, "level-control", model.loops[0], inputs) == 0.7
