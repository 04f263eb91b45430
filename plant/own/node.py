"""A document as a tree of values that know where they stand, and the problems found in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from plant.errors import InvalidValue
from plant.tags import check_all

Path: TypeAlias = tuple[str | int, ...]
Value: TypeAlias = "str | float | int | bool | list[Node] | dict[str, Node] | None"
MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document with its line and column, counted from 1."""

    value: Value
    line: int
    column: int

    def at(self, path: Path) -> "Node":
        """The node at the end of a path, or the last one on the way that exists."""
        node = self
        for part in path:
            inner = _inner(node.value, part)
            if inner is None:
                break
            node = inner
        return node


def _inner(value: Value, part: str | int) -> Node | None:
    if isinstance(value, dict) and isinstance(part, str):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def written(path: Path) -> str:
    """The path as people write it: `tags[2].low`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


@dataclass(slots=True)
class Problems:
    """What is wrong with a document, each with its place."""

    root: Node
    found: dict[tuple[Path, str], Node] = field(default_factory=dict)

    def add(self, path: Path, sentence: str) -> None:
        """Note a problem; the same one twice is one."""
        self.found.setdefault((path, sentence), self.root.at(path))

    def add_all(self, problems: Iterable[tuple[Path, str]]) -> None:
        """Note several."""
        for path, sentence in problems:
            self.add(path, sentence)

    def of(self, *paths: Path) -> bool:
        """Whether something is wrong at or below one of these paths."""
        return any(path[: len(begin)] == begin for path, _ in self.found for begin in paths)

    @property
    def sentences(self) -> Sequence[str]:
        """All of them in the order of the document."""
        placed = sorted(self.found.items(), key=lambda each: (each[1].line, each[1].column))
        return [
            f"line {node.line}, column {node.column}: {written(path) or 'the file'} {sentence}"
            for (path, sentence), node in placed
        ]

    def check(self) -> None:
        """Raise InvalidValue or, for several, InvalidRequest; nothing when there are none."""
        check_all([InvalidValue(sentence) for sentence in self.sentences[:MOST_PROBLEMS]])
