"""The gate for arrays: the rules of `plant.access.check_write` for Doubles written to many tags at once.

The answers are those of the single check, value by value; a property test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from opcua_server.live import Live
from opcua_server.tags import TOMBSTONE, ValueTable
from opcua_server.values import DOUBLE
from plant.access import Who, may_write
from plant.control import CASCADE, MANUAL
from plant.lifecycle import HOSTED
from plant.model import Model
from plant.ownership import may_change, may_see

_CODES = ua.StatusCodes


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The rules for an array of written tags, for one caller.

    `fixed` is the answer that does not depend on values or state (0: it does); `simulation` the place in `live` of the
    tag's simulation. What may hold a tag is in the table: for the places `driven`, that a loop moves, `modes` has the
    row of that loop's mode and `inner` that of the loop whose setpoint the tag is (row 0: of none); `locked` has pairs
    of a place and the row of an interlock that forces it.
    """

    live: tuple[Live, ...]
    simulation: NDArray[np.intp]
    index: NDArray[np.intp]
    rows: NDArray[np.intp]
    fixed: NDArray[np.uint32]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    driven: NDArray[np.intp]
    modes: NDArray[np.intp]
    inner: NDArray[np.intp]
    locked: NDArray[np.intp]

    def check(self, values: NDArray[np.float64], table: ValueTable) -> NDArray[np.uint32]:
        """The status code of each value, Good where it is to be applied."""
        in_range = (values >= self.low) & (values <= self.high)  # NaN is in no range
        states, held = [live.state in HOSTED for live in self.live], self._held(table)
        if in_range.all() and all(states) and not len(held) and not self.fixed.any():
            return np.zeros(len(values), np.uint32)  # what the arrays below would say
        hosted = np.array(states, np.bool_)[self.simulation]
        codes = np.where(in_range, _CODES.Good, _CODES.BadOutOfRange)
        codes[held[in_range[held]]] = _CODES.BadInvalidState
        codes = np.where(hosted, codes, _CODES.BadInvalidState)
        return np.where(self.fixed != 0, self.fixed, codes).astype(np.uint32)

    def _held(self, table: ValueTable) -> NDArray[np.intp]:
        """The places that a loop or an interlock holds now."""
        if not len(self.driven) and not len(self.locked):
            return self.driven
        follows = (self.inner == TOMBSTONE) | (table.value[self.inner] == CASCADE)
        driven = self.driven[(table.value[self.modes] != MANUAL) & follows]
        return np.concatenate((driven, self.locked[table.value[self.locked[:, 1]] != 0, 0]))


def rules_for(tags: Sequence[tuple[Live, int]], user: Who) -> Rules | None:
    """The rules for Doubles written to these tags; None where one value decides about another.

    That is so when the mode of a loop, or an interlock, is itself a Double among the written ones.
    """
    live = tuple(dict.fromkeys(one for one, _ in tags))
    numbers = {one: number for number, one in enumerate(live)}
    rows = np.array([one.block.first + index for one, index in tags], np.intp)
    modes = np.array([_mode_row(one, index) for one, index in tags], np.intp)
    fixed = np.array([_fixed(one, index, user) for one, index in tags], np.uint32)
    inner = np.array([_inner_row(one, index) for one, index in tags], np.intp)
    locks = [(place, row) for place, tag in enumerate(tags) for row in _lock_rows(*tag)]
    locked = np.array(locks, np.intp).reshape(-1, 2)
    driven = np.flatnonzero(modes != TOMBSTONE)
    deciding = np.concatenate((modes, inner, locked[:, 1]))
    if np.isin(rows[fixed == 0], deciding).any() or any(_stepped(one, index) for one, index in tags):
        return None
    ranges = np.array([_range(one.template.model, index) for one, index in tags])
    return Rules(
        live, np.array([numbers[one] for one, _ in tags], np.intp), np.array([index for _, index in tags], np.intp),
        rows, fixed, ranges[:, 0].copy(), ranges[:, 1].copy(), driven, modes[driven], inner[driven], locked,
    )  # fmt: skip


def _fixed(live: Live, index: int, user: Who) -> int:
    tag = live.template.model.tags[index]
    if not may_see(user, live.record):
        return _CODES.BadNodeIdUnknown
    if not tag.writable:
        return _CODES.BadNotWritable
    if live.template.variants[index] != DOUBLE:
        return _CODES.BadTypeMismatch
    allowed = may_write(user, tag) and may_change(user, live.record)
    return _CODES.Good if allowed else _CODES.BadUserAccessDenied


def _stepped(live: Live, index: int) -> bool:
    """A Double that takes whole numbers only: the single check knows them."""
    return bool(live.template.model.tags[index].states) and live.template.variants[index] == DOUBLE


def _mode_row(live: Live, index: int) -> int:
    model = live.template.model
    loop = model.loop_driving(model.tags[index].name)
    return TOMBSTONE if loop is None else live.block.first + model.index(loop.mode_name)


def _inner_row(live: Live, index: int) -> int:
    model = live.template.model
    name = model.tags[index].name
    loop = next((loop for loop in model.loops if loop.setpoint_name == name), None)
    return TOMBSTONE if loop is None else live.block.first + model.index(loop.mode_name)


def _lock_rows(live: Live, index: int) -> list[int]:
    model = live.template.model
    name = model.tags[index].name
    return [live.block.first + model.index(lock.name) for lock in model.interlocks if name in lock.forces]


def _range(model: Model, index: int) -> tuple[float, float]:
    tag = model.tags[index]
    return tag.low, tag.high
