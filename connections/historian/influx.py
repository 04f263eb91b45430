"""InfluxDB 2, the long-term store: filled by Telegraf, completed by backfill, read back by tag and range."""

import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from connections.historian.line_protocol import MEASUREMENT
from connections.historian.store import Series
from connections.historian.thinning import thin
from connections.settings import InfluxSettings
from plant.errors import Unavailable
from plant.quality import is_bad

ALL = 10**9
_LAST_TIME = 2**63 - 2


class Influx:
    """A client of one bucket. Synchronous: call from a thread. Errors leave as Unavailable or Refused."""

    def __init__(self, settings: InfluxSettings) -> None:
        """Raises Unavailable when settings or the client's package are missing; nothing is sent yet."""
        missing = [f"PDE_INFLUX__{name.upper()}" for name in ("url", "token") if not getattr(settings, name)]
        if missing:
            raise Unavailable(f"InfluxDB is not set up: set {' and '.join(missing)}")
        try:
            from connections.historian.influx_client import InfluxClient  # noqa: PLC0415 - an extra, and slow to load
        except ImportError:
            raise Unavailable("InfluxDB needs its client: pip install 'process-dynamics-engine[influx]'") from None
        self._client = InfluxClient(settings)
        self._bucket = settings.bucket

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    def write(self, lines: Sequence[str]) -> None:
        """Write lines; the same line twice is one point. Raises Refused or Unavailable."""
        self._client.write("\n".join(lines).encode())

    def count(self, sim_id: str, start: int | None = None, end: int | None = None) -> int:
        """How many points of a simulation there are in a range of wall time (ns)."""
        rows = self._client.query(self._range(sim_id, start, end) + _COUNT)
        return sum(int(row["_value"]) for row in rows)

    def read_raw(
        self, sim_id: str, tag: str, start: int | None, end: int | None, limit: int, reverse: bool = False
    ) -> Series:
        """As `store.Historian.read_raw`; simulated times are not stored here and are NaN."""
        order = _ORDER % ("true" if reverse else "false", limit + 1)
        chosen = f" |> filter(fn: (r) => r.tag == {json.dumps(tag)})"
        return _series(tag, self._client.query(self._range(sim_id, start, end) + chosen + order), limit)

    def read_thinned(self, sim_id: str, tag: str, start: int | None, end: int | None, points: int) -> Series:
        """As `store.Historian.read_thinned`."""
        whole = self.read_raw(sim_id, tag, start, end, ALL)
        keep = thin(whole.wall_time, whole.value, whole.status, points)
        return Series(tag, whole.wall_time[keep], whole.sim_time[keep], whole.value[keep], whole.status[keep])

    def _range(self, sim_id: str, start: int | None, end: int | None) -> str:
        return (
            f"from(bucket: {json.dumps(self._bucket)})"
            f" |> range(start: time(v: {start or 0}), stop: time(v: {_LAST_TIME if end is None else end}))"
            f" |> filter(fn: (r) => r._measurement == {json.dumps(MEASUREMENT)} and r.sim == {json.dumps(sim_id)})"
        )


_COUNT = ' |> filter(fn: (r) => r._field == "quality") |> count()'
_ORDER = """
|> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
|> group() |> sort(columns: ["_time"], desc: %s) |> limit(n: %d)
|> map(fn: (r) => ({r with ns: int(v: r._time)}))"""


def _series(tag: str, rows: list[dict[str, Any]], limit: int) -> Series:
    kept = rows[:limit]
    times: NDArray[np.int64] = np.array([row["ns"] for row in kept], np.int64)
    status = np.array([row["quality"] for row in kept], np.uint32)
    values = [None if is_bad(row["quality"]) else row.get("value") for row in kept]
    value = np.array([np.nan if v is None else v for v in values], np.float64)
    return Series(tag, times, np.full(len(kept), np.nan), value, status, len(rows) > limit)
