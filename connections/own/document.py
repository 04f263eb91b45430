"""The text of a YAML or JSON file as a tree of values with their places; nothing but plain values gets through.

JSON is read as the YAML that it is. Numbers, `true`, `false` and `null` are those of YAML 1.2 (so `on` and `1:30` are
texts). Aliases, tags, keys that stand twice, several documents, too deep and too large ones are refused.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from plant.errors import InvalidValue
from plant.own.node import Node

LARGEST = 1_000_000
DEEPEST = 20
MOST_VALUES = 100_000
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(content: bytes) -> Node:
    """The root of the document. Raises InvalidValue, with line and column where that is known."""
    if len(content) > LARGEST:
        raise InvalidValue(f"the file has {len(content)} bytes, the most is {LARGEST}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValue(f"the file is not UTF-8 text (byte {error.start})") from None
    try:
        return _Tree(yaml.parse(text, Loader=_LOADER)).root()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise InvalidValue(f"{place}the file is neither YAML nor JSON: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidValue(f"the file is neither YAML nor JSON: {str(error)[:200]}") from None


class _Tree:
    """Events become nodes, without recursion."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._count = 0

    def root(self) -> Node:
        """The one document."""
        root: Node | None = None
        open_nodes: list[tuple[Node, str | None]] = []
        key: str | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                raise _refused(event, "the file holds a second document")
            if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                _, key = open_nodes.pop()
            if not isinstance(event, yaml.NodeEvent):
                continue
            above = open_nodes[-1][0].value if open_nodes else None
            if isinstance(above, dict) and key is None:
                key = _key(event, above)
                continue
            node = self._node(event)
            if root is None:
                root = node
            if isinstance(above, dict) and key is not None:
                above[key] = node
            elif isinstance(above, list):
                above.append(node)
            key = None
            if isinstance(node.value, (dict, list)):
                open_nodes.append((node, None))
                if len(open_nodes) > DEEPEST:
                    raise _refused(event, f"values are nested deeper than {DEEPEST} levels")
        if root is None:
            raise InvalidValue("the file is empty")
        return root

    def _node(self, event: Any) -> Node:
        self._count += 1
        if self._count > MOST_VALUES:
            raise _refused(event, f"the file holds more than {MOST_VALUES} values")
        if isinstance(event, yaml.AliasEvent):
            raise _refused(event, f"the alias *{event.anchor} is not taken: write the value out")
        if event.tag is not None and event.tag != "!":
            raise _refused(event, f"the tag {event.tag[:60]} is not taken: write a plain value")
        mark = event.start_mark
        value: Any = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        if isinstance(event, yaml.ScalarEvent):
            value = _plain(event.value) if not event.style else event.value
        return Node(value, mark.line + 1, mark.column + 1)


def _key(event: Any, above: dict[str, Node]) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise _refused(event, "a key must be a plain text")
    if event.value in above:
        raise _refused(event, f"the key '{event.value[:60]}' stands there twice")
    return str(event.value)


def _plain(text: str) -> str | float | bool | None:
    if text in _WORDS:
        return _WORDS[text]
    return float(text) if len(text) < 100 and _NUMBER.fullmatch(text) else text


def _refused(event: Any, why: str) -> InvalidValue:
    mark = event.start_mark
    return InvalidValue(f"line {mark.line + 1}, column {mark.column + 1}: {why}")
