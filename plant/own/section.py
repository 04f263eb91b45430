"""One mapping of a document, read key by key: every wrong type, missing or unknown key becomes a problem."""

import math
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from plant.own.node import Node, Path, Problems

T = TypeVar("T")
REQUIRED: Any = object()
"""The default of a key that must be there."""
LONGEST_NAME = 60
_LARGEST = 1e15


class Section:
    """The mapping at `path`; keys outside `keys` are problems."""

    def __init__(self, problems: Problems, path: Path, keys: Collection[str]) -> None:
        self.problems, self.path = problems, path
        node = problems.root
        for part in path:
            node = node.value[part]  # type: ignore[index, assignment]
        self._nodes: dict[str, Node] = {}
        if isinstance(node.value, dict):
            self._nodes = node.value
            for key in set(self._nodes) - set(keys):
                near = get_close_matches(key, keys, n=1)
                hint = f"; did you mean '{near[0]}'?" if near else f" (there is: {', '.join(keys)})"
                problems.add((*path, key[:40]), f"is no key that is known here{hint}")
        else:
            problems.add(path, f"takes keys with values, not {kind(node.value)}")

    def has(self, key: str) -> bool:
        """Whether the key is given (`null` counts as not given)."""
        return key in self._nodes and self._nodes[key].value is not None

    def value(self, key: str) -> object:
        """The bare value, None where there is none."""
        return self._nodes[key].value if key in self._nodes else None

    def problem(self, key: str, sentence: str) -> None:
        """Note a problem of one key."""
        self.problems.add((*self.path, key), sentence)

    def text(self, key: str, default: Any = REQUIRED, longest: int = 200) -> str:
        """A text on one line, or on several where `longest` is beyond 1000."""

        def read(value: object) -> str:
            if not isinstance(value, str):
                raise ValueError(f"takes a text, not {kind(value)}")
            if not value.strip() or len(value) > longest:
                raise ValueError(f"takes 1 to {longest} characters, not {len(value)}")
            if not all(c.isprintable() or (longest > 1000 and c in "\n\t") for c in value):
                raise ValueError("holds characters that can't be printed")
            return value

        return self._read(key, default, read)

    def name(self, key: str, pattern: str, what: str, default: Any = REQUIRED) -> str:
        """A name of one form, `what` says which."""

        def read(value: object) -> str:
            if not isinstance(value, str) or len(value) > LONGEST_NAME or not re.fullmatch(pattern, value):
                raise ValueError(f"takes {what} of at most {LONGEST_NAME} characters, not {kind(value)}")
            return value

        return self._read(key, default, read)

    def choice(self, key: str, choices: Sequence[str], default: Any = REQUIRED) -> str:
        """One of several words."""

        def read(value: object) -> str:
            if value not in choices:
                raise ValueError(f"takes {' or '.join(choices)}, not {kind(value)}")
            return str(value)

        return self._read(key, default, read)

    def number(self, key: str, default: Any = REQUIRED, low: float = -_LARGEST, high: float = _LARGEST) -> Any:
        """A finite number from `low` to `high`."""
        return self._read(key, default, lambda value: number(value, low, high))

    def whole(self, key: str, default: Any = REQUIRED, low: int = 0, high: int = 2**31 - 1) -> int:
        """A whole number."""

        def read(value: object) -> int:
            found = number(value, low, high)
            if not found.is_integer():
                raise ValueError(f"takes a whole number, not {found:g}")
            return int(found)

        return self._read(key, default, read)

    def flag(self, key: str, default: bool) -> bool:
        """`true` or `false`."""

        def read(value: object) -> bool:
            if not isinstance(value, bool):
                raise ValueError(f"takes true or false, not {kind(value)}")
            return value

        return self._read(key, default, read)

    def numbers(self, key: str, default: Any = REQUIRED, most: int = 100, one_alone: bool = False) -> tuple[float, ...]:
        """A list of numbers; with `one_alone` a number stands for a list of one."""
        value = self.value(key)
        if one_alone and isinstance(value, (int, float)) and not isinstance(value, bool):
            return (self.number(key, 0.0),)
        return tuple(self._list(key, default, most, lambda value: number(value, -_LARGEST, _LARGEST)))

    def texts(self, key: str, default: Any = REQUIRED, most: int = 100, longest: int = 500) -> tuple[str, ...]:
        """A list of texts."""

        def read(value: object) -> str:
            if not isinstance(value, str) or not 0 < len(value) <= longest:
                raise ValueError(f"takes a text of 1 to {longest} characters, not {kind(value)}")
            return value

        return tuple(self._list(key, default, most, read))

    def matrix(self, key: str, default: Any = REQUIRED, most: int = 200) -> list[list[float]]:
        """Rows of numbers."""
        rows = self._list(key, default, most, lambda value: value if isinstance(value, list) else _no_row(value))
        matrix: list[list[float]] = []
        for row, cells in enumerate(rows):
            matrix.append([])
            for column, cell in enumerate(cells):
                try:
                    matrix[-1].append(number(getattr(cell, "value", cell), -_LARGEST, _LARGEST))
                except ValueError as error:
                    self.problems.add((*self.path, key, row, column), str(error))
        if len({len(row) for row in matrix}) > 1 and not self.problems.of((*self.path, key)):
            self.problem(key, "takes rows of the same length")
        return matrix

    def values(self, key: str) -> dict[str, Any]:
        """Names with numbers or texts."""
        if not self.has(key):
            return {}
        value = self._nodes[key].value
        if not isinstance(value, dict):
            self.problem(key, f"takes names with values, not {kind(value)}")
            return {}
        return {name: node.value for name, node in value.items()}

    def items(self, key: str, most: int, required: bool = False) -> Iterator[Path]:
        """The paths of the items of a list."""
        if not self.has(key):
            if required:
                self.problem(key, "is missing")
            return
        value = self._nodes[key].value
        if not isinstance(value, list):
            self.problem(key, f"takes a list, not {kind(value)}")
        elif len(value) > most:
            self.problem(key, f"holds {len(value)} items, the most is {most}")
        else:
            yield from ((*self.path, key, place) for place in range(len(value)))

    def _list(self, key: str, default: Any, most: int, read: Callable[[Any], T]) -> list[T]:
        items: list[T] = []
        if not self.has(key) and default is not REQUIRED:
            return list(default)
        for path in self.items(key, most, required=True):
            try:
                items.append(read(self._nodes[key].value[path[-1]].value))  # type: ignore[index, union-attr]
            except ValueError as error:
                self.problems.add(path, str(error))
        return items

    def _read(self, key: str, default: Any, read: Callable[[object], T]) -> T:
        if not self.has(key):
            if default is REQUIRED:
                self.problem(key, "is missing")
            return default  # type: ignore[no-any-return]
        try:
            return read(self._nodes[key].value)
        except ValueError as error:
            self.problem(key, str(error))
            return default  # type: ignore[no-any-return]


def number(value: object, low: float, high: float) -> float:
    """The value as a finite float. Raises ValueError with a phrase."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"takes a number, not {kind(value)}")
    if not math.isfinite(value):
        raise ValueError("takes a finite number")
    if not low <= value <= high:
        raise ValueError(f"= {value:g} is outside {low:g}..{high:g}")
    return float(value)


def _no_row(value: object) -> Any:
    raise ValueError(f"takes a row of numbers, not {kind(value)}")


_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "{}"), (str, "the text '{}'"), (int, "{}"), (float, "{}"), (list, "a list"), (dict, "keys with values"),
    (type(None), "nothing"),
)  # fmt: skip


def kind(value: object) -> str:
    """What a value is, in words."""
    for each, words in _KINDS:
        if isinstance(value, each):
            text = f"{value:g}" if each is float else str(value)[:40]
            return words.format(text.lower() if each is bool else text)
    return "something else"
