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
from plant.lifecycle import HOSTED
from plant.model import Model
from plant.ownership import may_change, may_see

_CODES = ua.StatusCodes


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The rules for an array of written tags, for one caller.

    `fixed` is the answer that does not depend on values or state (0: it does); `modes` the row of the mode of the
    loop that moves the tag, or -1; `simulation` the place in `live` of the tag's simulation.
    """

    live: tuple[Live, ...]
    simulation: NDArray[np.intp]
    index: NDArray[np.intp]
    rows: NDArray[np.intp]
    fixed: NDArray[np.uint32]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    modes: NDArray[np.intp]

    def check(self, values: NDArray[np.float64], table: ValueTable) -> NDArray[np.uint32]:
        """The status code of each value, Good where it is to be applied."""
        states = [live.state in HOSTED for live in self.live]
        in_range = (values >= self.low) & (values <= self.high)  # NaN is in no range
        if in_range.all() and all(states) and not self.fixed.any() and not self.modes.any():
            return np.zeros(len(values), np.uint32)  # what the arrays below would say
        hosted = np.array(states, np.bool_)[self.simulation]
        driven = (table.value[self.modes] != 0) & (self.modes != TOMBSTONE)
        codes = np.where(in_range, np.where(driven, _CODES.BadInvalidState, _CODES.Good), _CODES.BadOutOfRange)
        codes = np.where(hosted, codes, _CODES.BadInvalidState)
        return np.where(self.fixed != 0, self.fixed, codes).astype(np.uint32)


def rules_for(tags: Sequence[tuple[Live, int]], user: Who) -> Rules | None:
    """The rules for Doubles written to these tags; None where one value decides about another.

    That is so when the mode of a loop is itself a Double among the written ones.
    """
    live = tuple(dict.fromkeys(one for one, _ in tags))
    numbers = {one: number for number, one in enumerate(live)}
    rows = np.array([one.block.first + index for one, index in tags], np.intp)
    modes = np.array([_mode_row(one, index) for one, index in tags], np.intp)
    fixed = np.array([_fixed(one, index, user) for one, index in tags], np.uint32)
    if np.isin(rows[fixed == 0], modes[modes != TOMBSTONE]).any() or any(_stepped(one, index) for one, index in tags):
        return None
    ranges = np.array([_range(one.template.model, index) for one, index in tags])
    return Rules(
        live, np.array([numbers[one] for one, _ in tags], np.intp), np.array([index for _, index in tags], np.intp),
        rows, fixed, ranges[:, 0].copy(), ranges[:, 1].copy(), modes,
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


def _range(model: Model, index: int) -> tuple[float, float]:
    tag = model.tags[index]
    return tag.low, tag.high
