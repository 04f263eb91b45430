"""A short trial of a model that somebody brings: does it start, move, halve its steps, stop and go on as it must?"""

import numpy as np

from plant.dynamics import Vector
from plant.errors import PlantError
from plant.export.nodeset import nodeset_files
from plant.model import Model
from plant.own import rules
from plant.own.node import written
from plant.simulation import Simulation

_STEPS = 20
_SEED = 1


def complaints(model: Model) -> list[str]:
    """Everything that is wrong with a declared model, in sentences; none: it may be offered."""
    found = [f"{written(path)} {sentence}" for path, sentence in rules.problems(rules.of(model))]
    return found or tried(model)


def tried(model: Model) -> list[str]:
    """What goes wrong when the model is run from each of its start states."""
    found: list[str] = []
    for start in model.starts:
        try:
            found += [f"from the start state {start.name} {sentence}" for sentence in _from(model, start.name)]
        except (PlantError, ArithmeticError, ValueError, TypeError, LookupError) as error:
            found.append(f"from the start state {start.name} it fails: {error}")
    if not found:
        nodeset_files([model])
    return found


def _from(model: Model, start: str) -> list[str]:
    found: list[str] = []
    simulation = Simulation(model, model.sample_time, start=start)
    simulation.advance(_STEPS)
    twin = Simulation(model, model.sample_time, start=start)
    twin.restore(simulation.snapshot())
    _disturb(simulation)
    _disturb(twin)
    simulation.advance(_STEPS)
    twin.advance(_STEPS)
    if simulation.values.tobytes() != twin.values.tobytes():
        found.append("a restored run differs from the original one")
    return found


def _disturb(simulation: Simulation) -> None:
    """Move every own input within its range, the same way each time."""
    model = simulation.model
    places = model.input_indices
    low, high = (np.array([getattr(model.tags[p], end) for p in places]) for end in ("low", "high"))
    share: Vector = np.random.default_rng(_SEED).uniform(0.3, 0.7, len(places))
    for place, value in zip(places, low + share * (high - low), strict=True):
        tag = model.tags[place]
        simulation.set(tag.name, float(round(value) if tag.states else value))
