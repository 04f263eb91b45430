"""One published figure and how it is computed with our model."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`what` in the words of the reader, the `published` number with its `source`, and `ours` as a computation.

    `tolerance` is absolute, at most half a unit of the last printed digit where the source is exact; where the printed
    figure is known to be rounded or read from a plot, `source` says so.
    """

    what: str
    published: float
    tolerance: float
    source: str
    ours: Callable[[], float]
