"""When a value of the table becomes a sample of an item: trigger, deadband and sampling interval, as arrays."""

from typing import Any

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from opcua_server.columns import Columns
from opcua_server.encoding import Samples
from opcua_server.layouts import is_bad_array
from opcua_server.tags import ValueTable

_TRIGGER_VALUE, _TRIGGER_TIME = 1, 2
_CAUGHT_UP = 5 * 10**7
"""Ticks: for so long a source may have been silent without the loss of a sample that it makes up for."""
_EARLY = 4
"""A sample may come early by this part of its interval, so that uneven ones of the same period are all taken."""

Places = NDArray[np.intp] | slice


def look(columns: Columns, table: ValueTable, places: NDArray[np.intp], present: int | None = None) -> Samples | None:
    """The new samples of these items, remembered as their last ones; None when there are none.

    `places` are all different and rise; where they are all there are, the columns are used as they lie. Time is that
    of the values' sources, or `present` (ticks) for samples that came too early before.
    """
    at: Places = slice(None) if len(places) == len(columns) else places
    rows = columns.row[at]
    value, status, source = table.value[rows], table.status[rows], table.source[rows]
    changed = _changed(columns, at, value, status, source)
    if columns.interval.any():
        changed = _thinned(columns, at, changed, source if present is None else present)
    count = np.count_nonzero(changed)
    if not count:
        return None
    if count < len(places):
        at = places = places[changed]
        value, status, source = value[changed], status[changed], source[changed]
    columns.value[at], columns.status[at], columns.source[at] = value, status, source
    return Samples(places, value, status, source)


def _changed(
    columns: Columns, places: Places, value: NDArray[np.float64], status: NDArray[np.uint32],
    source: NDArray[np.int64],
) -> NDArray[np.bool_]:  # fmt: skip
    trigger, last = columns.trigger[places], columns.status[places]
    changed = np.abs(value - columns.value[places]) > columns.deadband[places]
    changed &= trigger >= _TRIGGER_VALUE
    if status.any():
        changed &= ~is_bad_array(status)
    changed |= status != last
    timed = trigger == _TRIGGER_TIME
    if timed.any():
        changed |= timed & (source != columns.source[places])
    result: NDArray[np.bool_] = changed & (columns.mode[places] != ua.MonitoringMode.Disabled)
    return result


def _thinned(columns: Columns, places: Places, changed: NDArray[np.bool_], time: Any) -> NDArray[np.bool_]:
    """Those whose time has come; the others are noted as skipped.

    The grid of an item follows its samples; where its source was silent it lags behind, so that what comes at once
    when a late worker catches up is no more thinned than if it had come in time.
    """
    interval, due = columns.interval[places], columns.due[places]
    early = changed & (time < due - interval // _EARLY)
    taken: NDArray[np.bool_] = changed & ~early
    columns.skipped[places] = early
    caught_up = np.where(due == 0, 0, _CAUGHT_UP)  # the first sample has no source that was silent
    on_grid = np.maximum(due + interval, time + interval - caught_up)
    columns.due[places] = np.where(taken, on_grid, np.where(changed | (due == 0), due, np.maximum(due, time)))
    return taken


def due_again(columns: Columns, present: int) -> NDArray[np.intp]:
    """Items with a skipped change whose time has come by now."""
    return np.flatnonzero(columns.skipped & (columns.due <= present))
