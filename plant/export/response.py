"""What a model does when its first input is moved, or as a batch by itself: the curves on its page."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant.model import Model
from plant.simulation import Simulation
from plant.tags import Role, Tag

Rows = NDArray[np.float64]
SHARE = 0.05
"""Size of the move, in parts of the input's range."""
POINTS = 120
MOST_SERIES = 4
HORIZONS = (10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400)
"""Seconds that a page may show; the shortest one in which the outputs come to rest is taken."""
_REST = 0.03


@dataclass(frozen=True, slots=True)
class Response:
    """Seconds since the move and the values of some outputs; `input` went from `before` to `after` (batch: empty)."""

    input: str
    before: float
    after: float
    seconds: tuple[float, ...]
    series: dict[str, tuple[float, ...]]


def response(model: Model) -> Response:
    """The response of a model from its default start."""
    moved = None if model.kind == "batch" else _moved(model)
    before, after = (moved.nominal, _target(moved)) if moved else (0.0, 0.0)
    inputs = {moved.name: after} if moved else {}
    for horizon in (model.horizon,) if model.horizon else HORIZONS:
        seconds, rows = _run(model, inputs, horizon)
        if _rests(rows):
            break
    shown = {model.tags[model.output_indices[i]].name: tuple(rows[:, i].tolist()) for i in _shown(model, rows)}
    return Response(moved.name if moved else "", before, after, tuple(seconds.tolist()), shown)


def _moved(model: Model) -> Tag | None:
    """The first input that a loop drives, else the first one that is a number."""
    driven = {loop.manipulated for loop in model.loops}
    inputs = [tag for tag in model.own_tags if tag.role is Role.INPUT and not tag.states]
    return next((tag for tag in inputs if tag.name in driven), inputs[0] if inputs else None)


def _target(tag: Tag) -> float:
    up = tag.nominal + SHARE * (tag.high - tag.low)
    return up if up <= tag.high else tag.nominal - SHARE * (tag.high - tag.low)


def _run(model: Model, inputs: dict[str, float], horizon: float) -> tuple[Rows, Rows]:
    step = min(60.0, max(0.05, horizon / POINTS))
    stride = max(1, round(horizon / POINTS / step))
    simulation = Simulation(model, step, inputs)
    rows = [simulation.values[model.output_indices].copy()]
    for _ in range(POINTS):
        simulation.advance(stride)
        rows.append(simulation.values[model.output_indices].copy())
    return np.arange(POINTS + 1, dtype=np.float64) * (step * stride), np.array(rows)


def _rests(rows: Rows) -> bool:
    """Whether in the last third nothing moves by more than a small part of its whole movement."""
    whole = np.ptp(rows, axis=0)
    return bool((np.ptp(rows[-POINTS // 3 :], axis=0) <= _REST * whole + 1e-12).all())


def _shown(model: Model, rows: Rows) -> list[int]:
    """The outputs that move most in parts of their range, in the order of declaration."""
    tags = [model.tags[i] for i in model.output_indices]
    spans = np.array([tag.high - tag.low if tag.role is Role.OUTPUT and not tag.states else np.inf for tag in tags])
    moved = np.ptp(rows, axis=0) / spans
    return sorted(int(i) for i in np.argsort(-moved, kind="stable")[:MOST_SERIES] if moved[i] > 0)
