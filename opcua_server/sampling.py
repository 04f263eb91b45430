"""When a value of the table becomes a sample of an item: trigger, deadband and sampling interval, as arrays."""

from typing import Any

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from opcua_server.columns import Columns
from opcua_server.encoding import Samples
from opcua_server.layouts import all_good, is_bad_array
from opcua_server.tags import ValueTable

_TRIGGER_VALUE, _TRIGGER_TIME = 1, 2
_CAUGHT_UP = 5 * 10**7
"""Ticks: for so long a source may have been silent without the loss of a sample that it makes up for."""
_EARLY = 2
"""A sample may come early by its interval shifted so far, a quarter: uneven ones of the same period are all taken."""

Places = NDArray[np.intp] | slice


def look(columns: Columns, table: ValueTable, places: NDArray[np.intp], present: int | None = None) -> Samples | None:
    """The new samples of these items, remembered as their last ones; None when there are none.

    `places` are all different and rise; where they are all there are, the columns are used as they lie. Time is that
    of the values' sources, or `present` (ticks) for samples that came too early before.
    """
    at: Places = slice(None) if len(places) == len(columns) else places
    rows = columns.row[at]
    value, status, source = table.value.take(rows), table.status.take(rows), table.source.take(rows)
    changed = _changed(columns, at, value, status, source)
    if columns.traits.thinned:
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
    traits = columns.traits
    changed: NDArray[np.bool_] = np.abs(value - columns.value[places]) > columns.deadband[places]
    if not traits.valued:
        changed &= columns.trigger[places] >= _TRIGGER_VALUE
    if not all_good(status):
        changed &= ~is_bad_array(status)
    changed |= status != columns.status[places]
    if traits.timed:
        changed |= (columns.trigger[places] == _TRIGGER_TIME) & (source != columns.source[places])
    if traits.disabled:
        changed &= columns.mode[places] != ua.MonitoringMode.Disabled
    return changed


def _thinned(columns: Columns, places: Places, changed: NDArray[np.bool_], time: Any) -> NDArray[np.bool_]:
    """Those whose time has come; the others are noted as skipped.

    The grid of an item follows its samples; where its source was silent it lags behind, so that what comes at once
    when a late worker catches up is no more thinned than if it had come in time.
    """
    interval, due = columns.interval[places], columns.due[places]
    early = changed & (time < due - (interval >> _EARLY))
    columns.skipped[places] = early
    if changed.all() and due.all() and not early.any():  # as a rule; what follows comes to the same
        columns.due[places] = np.maximum(due, time - _CAUGHT_UP) + interval
        return changed
    taken: NDArray[np.bool_] = changed & ~early
    caught_up = np.where(due == 0, 0, _CAUGHT_UP)  # the first sample has no source that was silent
    on_grid = np.maximum(due + interval, time + interval - caught_up)
    columns.due[places] = np.where(taken, on_grid, np.where(changed | (due == 0), due, np.maximum(due, time)))
    return taken


def due_again(columns: Columns, present: int) -> NDArray[np.intp]:
    """Items with a skipped change whose time has come by now."""
    return np.flatnonzero(columns.skipped & (columns.due <= present))
