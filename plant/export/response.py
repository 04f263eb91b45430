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
_REST, _SEEN = 0.03, 1e-4


@dataclass(frozen=True, slots=True)
class Response:
    """Seconds since the move and the values of some outputs; `input` went from `before` to `after` (batch: empty)."""

    input: str
    before: float
    after: float
    seconds: tuple[float, ...]
    series: dict[str, tuple[float, ...]]


def response(model: Model) -> Response:
    """The response of a model as its `showing` asks for it."""
    wanted = model.showing
    moved = model.tag(wanted.tag) if wanted.tag else _moved(model)
    before = model.start(wanted.start).inputs.get(moved.name, moved.nominal) if moved else 0.0
    after = before + (wanted.change or _change(moved)) if moved else 0.0
    inputs = {moved.name: after} if moved else {}
    for horizon in (wanted.seconds,) if wanted.seconds else HORIZONS:
        seconds, rows = _run(model, inputs, horizon)
        if _rests(model, rows):
            break
    shown = {model.tags[model.output_indices[i]].name: tuple(rows[:, i].tolist()) for i in _shown(model, rows)}
    return Response(moved.name if moved else "", before, after, tuple(seconds.tolist()), shown)


def _moved(model: Model) -> Tag | None:
    """The first input that a loop drives, else the first one that is a number; a batch runs by itself."""
    driven = {loop.manipulated for loop in model.loops}
    inputs = [tag for tag in model.own_tags if tag.role is Role.INPUT and not tag.states and model.kind != "batch"]
    return next((tag for tag in inputs if tag.name in driven), inputs[0] if inputs else None)


def _change(tag: Tag) -> float:
    up = SHARE * (tag.high - tag.low)
    return up if tag.nominal + up <= tag.high else -up


def _run(model: Model, inputs: dict[str, float], horizon: float) -> tuple[Rows, Rows]:
    step = min(60.0, max(0.05, horizon / POINTS))
    stride = max(1, round(horizon / POINTS / step))
    simulation = Simulation(model, step, inputs, model.showing.start)
    rows = [simulation.values[model.output_indices].copy()]
    for _ in range(POINTS):
        simulation.advance(stride)
        rows.append(simulation.values[model.output_indices].copy())
    return np.arange(POINTS + 1, dtype=np.float64) * (step * stride), np.array(rows)


def _rests(model: Model, rows: Rows) -> bool:
    """Whether something has moved, and in the last third nothing moves by more than a small part of its movement."""
    whole = np.ptp(rows, axis=0)
    if (whole / _spans(model)).max() < _SEEN:
        return False
    return bool((np.ptp(rows[-POINTS // 3 :], axis=0) <= _REST * whole + 1e-12).all())


def _spans(model: Model) -> Rows:
    tags = [model.tags[i] for i in model.output_indices]
    return np.array([t.high - t.low if t.role is Role.OUTPUT and not t.states else np.inf for t in tags], np.float64)


def _shown(model: Model, rows: Rows) -> list[int]:
    """The outputs asked for, or those that move most in parts of their range; in the order of declaration."""
    names = [model.tags[i].name for i in model.output_indices]
    if model.showing.outputs:
        return [names.index(name) for name in model.showing.outputs]
    moved = np.ptp(rows, axis=0) / _spans(model)
    return sorted(int(i) for i in np.argsort(-moved, kind="stable")[:MOST_SERIES] if moved[i] > 0)
