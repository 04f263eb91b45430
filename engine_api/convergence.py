"""Convergence of a run: how far its outputs are from the steady state that its inputs lead to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from connections.historian.store import Series
from engine_api.settling import outputs
from plant.errors import WrongState
from plant.model import Model


@dataclass(frozen=True, slots=True)
class Point:
    """The loss (dimensionless) at simulated seconds."""

    seconds: float
    loss: float


def settings(model: Model) -> list[str]:
    """The tags that decide the steady state."""
    return [tag.name for tag in model.tags if tag.writable]


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
