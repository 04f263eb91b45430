"""Recorded series, and what other libraries make of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Axis = Literal["simulation", "wall"]


@dataclass(frozen=True, slots=True)
class Series:
    """Samples of one tag, arrays of equal length.

    `time` in milliseconds since 1970 UTC, `simulation_time` in simulated seconds, `value` None where the quality is
    Bad, `status_code` 0 where Good.
    """

    tag: str
    unit: str
    time: tuple[int, ...]
    simulation_time: tuple[float, ...]
    value: tuple[float | None, ...]
    status_code: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What one request answers."""

    sim_id: str
    series: tuple[Series, ...]
    thinned: bool


@dataclass(frozen=True, slots=True)
class History:
    """Recorded values; `axis` is the time that tables get as their index.

    `thinned`: least and greatest values stand for more samples, so tags have samples at different times and tables
    have gaps (NaN) there.
    """

    sim_id: str
    series: tuple[Series, ...]
    thinned: bool
    axis: Axis = "simulation"

    def __getitem__(self, tag: str) -> Series:
        """The series of a tag. Raises KeyError."""
        for series in self.series:
            if series.tag == tag:
                return series
        raise KeyError(f"this history of {self.sim_id} has no '{tag}' (it has: {', '.join(self.tags)})")

    @property
    def tags(self) -> tuple[str, ...]:
        """The names, in the order that was asked."""
        return tuple(series.tag for series in self.series)

    @property
    def units(self) -> Mapping[str, str]:
        """The unit of each tag."""
        return {series.tag: series.unit for series in self.series}

    def to_numpy(self) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """Times of shape (n,), and values of shape (n, tags): NaN where Bad or where a tag has no sample.

        Times are simulated seconds, or seconds since 1970 on the axis `wall`.
        """
        import numpy as np  # noqa: PLC0415 - nobody pays for what he does not use

        places = self._places()
        values = np.full((len(places), len(self.series)), np.nan)
        for column, series in enumerate(self.series):
            for key, value in zip(self._keys(series), series.value, strict=True):
                values[places[key], column] = math.nan if value is None else value
        return np.array([self._time(key) for key in places], np.float64), values

    def to_pandas(self) -> "pd.DataFrame":
        """A table with a column for each tag; units are in `frame.attrs["units"]`.

        The index is `simulation_time` in seconds, or `time` in UTC on the axis `wall`. Raises ImportError without
        pandas.
        """
        pandas = _pandas()
        _, values = self.to_numpy()
        keys = list(self._places())
        frame: pd.DataFrame = pandas.DataFrame(values, columns=list(self.tags), index=self._index(pandas, keys))
        frame.attrs = {"sim_id": self.sim_id, "units": dict(self.units)}
        return frame

    def _keys(self, series: Series) -> "Sequence[tuple[float, int]]":
        """What puts samples in order: on the simulated axis a reset begins a new part at an earlier time."""
        if self.axis == "wall":
            return [(time, 0) for time in series.time]
        return list(zip(series.simulation_time, series.time, strict=True))

    def _places(self) -> "dict[tuple[float, int], int]":
        keys = {key for series in self.series for key in self._keys(series)}
        order = sorted(keys, key=(lambda key: key) if self.axis == "wall" else (lambda key: (key[1], key[0])))
        return {key: place for place, key in enumerate(order)}

    def _time(self, key: tuple[float, int]) -> float:
        return key[0] / 1000 if self.axis == "wall" else key[0]

    def _index(self, pandas: Any, keys: "list[tuple[float, int]]") -> Any:
        if self.axis == "wall":
            return pandas.DatetimeIndex(
                [datetime.fromtimestamp(key[0] / 1000, UTC) for key in keys], name="time", tz="UTC"
            )
        return pandas.Index([key[0] for key in keys], name="simulation_time", dtype=float)


def _pandas() -> Any:
    try:
        import pandas  # noqa: PLC0415 - optional
    except ImportError:
        raise ImportError(
            "to_pandas() needs pandas: pip install 'process-dynamics-engine[pandas]' (to_numpy() works without)"
        ) from None
    return pandas
