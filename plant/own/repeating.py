"""Standard checks of repetition: a snapshot goes on bit for bit, equal seeds give equal runs."""

from collections.abc import Iterator

from plant.model import NOISE_LEVEL, NOISE_SEED, Model
from plant.own import drawing
from plant.own.starting import begun
from plant.simulation import Simulation

_STEPS = 20


def unsaved(model: Model) -> str:
    """Why a snapshot can't be taken up."""
    return model.unsaved


def restored(model: Model) -> Iterator[str]:
    """From every start state: a fresh simulation takes up a snapshot, and both go on without a bit of difference."""
    for start in model.starts:
        original, twin = begun(model, start), begun(model, start)
        original.advance(_STEPS)
        twin.restore(original.snapshot())
        for each in (original, twin):
            for name, value in drawing.inputs(model, drawing.numbers(), 0.3, 0.7).items():
                each.set(name, value)
            each.advance(_STEPS)
        if original.values.tobytes() != twin.values.tobytes():
            yield f"from the start state {start.name} a restored run differs from the original one"


def seeded(model: Model) -> Iterator[str]:
    """Two runs with the same seed are equal bit for bit; with noise, another seed gives another run."""
    first, again, other = (_run(model, seed).values[model.output_indices].tobytes() for seed in (7.0, 7.0, 8.0))
    if first != again:
        yield "two runs with the same seed and the same inputs differ"
    if NOISE_LEVEL.name in model.places and first == other:
        yield "with its noise on, runs with different seeds are equal"


def _run(model: Model, seed: float) -> Simulation:
    wanted = {NOISE_LEVEL.name: 1.0, NOISE_SEED.name: seed}
    simulation = begun(model, model.starts[0], **{name: v for name, v in wanted.items() if name in model.places})
    simulation.advance(_STEPS)
    return simulation
