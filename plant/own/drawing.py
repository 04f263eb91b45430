"""Points of a model's box: inputs drawn between the ends of their ranges, the same ones in every run."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from plant.model import Model

Numbers = np.random.Generator
_AT_AN_END = 0.2
"""Part of the inputs that are drawn at an end of their range: there equations go wrong first."""


def numbers() -> Numbers:
    """The source of all drawing."""
    return np.random.default_rng(1)


def inputs(model: Model, source: Numbers, low: float = 0.0, high: float = 1.0) -> dict[str, float]:
    """A value for every tag that the equations read, between these shares of its range."""
    tags = [model.tags[place] for place in model.input_indices]
    drawn = {}
    for tag, share in zip(tags, source.uniform(low, high, len(tags)).tolist(), strict=True):
        value = tag.low + share * (tag.high - tag.low)
        drawn[tag.name] = float(round(value)) if tag.states else value
    return drawn


def vectors(model: Model, count: int) -> Iterator[list[float]]:
    """What equations read: all at their low ends, all at their high ends, then `count` drawn; no interlock tripped."""
    source, flags = numbers(), [0.0] * len(model.interlocks)
    tags = [model.tags[place] for place in model.input_indices]
    yield [*(tag.low for tag in tags), *flags]
    yield [*(tag.high for tag in tags), *flags]
    for _ in range(count):
        drawn = list(inputs(model, source).values())
        ends = [(tag.low, tag.high)[int(source.integers(2))] for tag in tags]
        chosen = np.where(source.uniform(size=len(tags)) < _AT_AN_END, ends, drawn)
        yield [*chosen.tolist(), *flags]


def untripped(model: Model) -> Model:
    """The model with every trip limit out of reach."""
    return replace(model, interlocks=tuple(replace(lock, limit=lock.side * math.inf) for lock in model.interlocks))
