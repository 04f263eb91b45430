"""Convergence of a run: how far its outputs are from the steady state that its inputs lead to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from connections.historian.store import Series
from plant import catalog
from plant.errors import SolverFailed, WrongState
from plant.model import Model
from plant.simulation import Simulation
from plant.tags import Role

WINDOW = 1200.0
SETTLED = 1e-9
MOST_STEPS = 100_000
FEWEST_STEPS = 50


@dataclass(frozen=True, slots=True)
class Point:
    """The loss (dimensionless) at simulated seconds."""

    seconds: float
    loss: float


def outputs(model: Model) -> list[str]:
    """The measured tags, which the loss is about."""
    return [tag.name for tag in model.tags if tag.role is Role.OUTPUT]


def settings(model: Model) -> list[str]:
    """The tags that decide the steady state."""
    return [tag.name for tag in model.tags if tag.writable]


@lru_cache(maxsize=64)
def settled(model_id: str, step: float, inputs: tuple[tuple[str, float], ...]) -> tuple[float, ...]:
    """The outputs at the steady state that these inputs lead to, found by running the model until nothing moves.

    Settled means: over the last 20 simulated minutes no output moved by more than 1e-9 of its range. Raises
    SolverFailed for a model that does not settle, such as an integrating one.
    """
    model = catalog.find(model_id)
    simulation = Simulation(model, step, dict(inputs))
    places = [model.index(name) for name in outputs(model)]
    ranges = _ranges(model)
    window = max(FEWEST_STEPS, round(WINDOW / step))
    for _ in range(max(1, MOST_STEPS // window)):
        least = greatest = simulation.values[places]
        for _ in range(window):
            simulation.advance()
            present = simulation.values[places]
            least, greatest = np.minimum(least, present), np.maximum(greatest, present)
        if ((greatest - least) / ranges).max() <= SETTLED:
            return tuple(float(value) for value in present)
    raise SolverFailed(f"{model_id} does not settle with these inputs within {simulation.time:g} simulated seconds")


def losses(model: Model, series: Sequence[Series], steady: Sequence[float], points: int) -> list[Point]:
    """The loss on logarithmically spaced seconds: root mean square over outputs of (y - steady) / range.

    `series` are the outputs in the order of `outputs(model)`, sample by sample of the same times. Samples with a bad
    output are left out. Raises WrongState when there is nothing to show yet.
    """
    seconds = series[0].sim_time
    distance: NDArray[np.float64] = np.array([s.value - y for s, y in zip(series, steady, strict=True)])
    loss = np.sqrt(np.mean((distance / _ranges(model)[:, None]) ** 2, axis=0))
    usable = np.isfinite(loss) & (seconds > 0)
    usable[: _last_start(seconds)] = False
    seconds, loss = seconds[usable], loss[usable]
    if not len(seconds):
        raise WrongState("there are no samples yet: ask again when the run has started")
    wanted = np.geomspace(seconds[0], seconds[-1], points)
    places = np.unique(np.clip(np.searchsorted(seconds, wanted * (1 - 1e-9)), 0, len(seconds) - 1))
    return [Point(float(seconds[place]), float(loss[place])) for place in places]


def _last_start(seconds: NDArray[np.float64]) -> int:
    """Where simulated time began anew for the last time (a reset)."""
    resets = np.flatnonzero(np.diff(seconds) < 0)
    return int(resets[-1]) + 1 if len(resets) else 0


def _ranges(model: Model) -> NDArray[np.float64]:
    return np.array([model.tag(name).high - model.tag(name).low for name in outputs(model)])


def inputs_in_effect(model: Model, last: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """The inputs that a run ended with, as `settled` takes them."""
    return tuple((name, last[name]) for name in settings(model) if name in last)


def aligned(series: Sequence[Series]) -> list[Series]:
    """The series cut to the samples that all of them have: reads one after the other may see more and more."""
    count = min(len(one.value) for one in series)
    return [
        replace(
            one, wall_time=one.wall_time[:count], sim_time=one.sim_time[:count], value=one.value[:count],
            status=one.status[:count],
        )
        for one in series
    ]  # fmt: skip
