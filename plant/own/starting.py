"""Standard checks of start states: inside the ranges, able to run, and at rest where they are declared to be."""

from collections.abc import Iterator

import numpy as np

from plant.dynamics import Vector
from plant.errors import PlantError
from plant.model import Model, Start
from plant.own import drawing
from plant.simulation import Simulation
from plant.tags import Role

HOUR = 3600.0
_RESTS = 1e-6
"""What may move within an hour, in parts of a range."""
_ROUNDING = 1e-9
_STEPS = 20


def begun(model: Model, start: Start, **inputs: float) -> Simulation:
    """A simulation at the model's own sample time."""
    return Simulation(model, model.sample_time, inputs, start.name)


def spans(model: Model) -> Vector:
    """The widths of the ranges of all tags."""
    return np.array([tag.high - tag.low for tag in model.tags])


def inside(model: Model) -> Iterator[str]:
    """Every value of every start state, outputs as they are before a range cuts them; internal states may be out."""
    for start in model.starts:
        simulation = begun(model, start)
        true = simulation.values.copy()
        true[model.output_indices] = simulation.outputs
        for tag, value, span in zip(model.tags, true.tolist(), spans(model).tolist(), strict=True):
            room = _ROUNDING * span
            if tag.role is not Role.STATE and not tag.low - room <= value <= tag.high + room:
                yield f"at the start state {start.name} {tag.name} = {value:.6g} is outside {tag.low:g}..{tag.high:g}"


def running(model: Model) -> Iterator[str]:
    """From every start state some steps, then some with other inputs in the middle of their ranges."""
    for start in model.starts:
        try:
            simulation = begun(model, start)
            simulation.advance(_STEPS)
            for name, value in drawing.inputs(model, drawing.numbers(), 0.3, 0.7).items():
                simulation.set(name, value)
            simulation.advance(_STEPS)
        except PlantError as error:
            yield f"from the start state {start.name} it fails: {error}"


def none_holds(model: Model) -> str:
    """Why there is nothing to hold."""
    return "" if any(start.holds for start in model.starts) else "no start state is declared to hold"


def holding(model: Model) -> Iterator[str]:
    """A start state that holds moves by no more than a millionth of any range within an hour."""
    for start in model.starts:
        if start.holds:
            simulation = begun(model, start)
            before = simulation.values.copy()
            simulation.advance(max(1, round(HOUR / model.sample_time)))
            moved = np.abs(simulation.values - before) / spans(model)
            if moved.max() >= _RESTS:
                name = model.tags[int(moved.argmax())].name
                yield (
                    f"the start state {start.name} does not hold: within an hour {name} moves by {moved.max():.3g} of "
                    "its range"
                )
