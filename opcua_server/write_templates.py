"""A batch Write recognised by its template: the same tags with other Doubles, checked and applied as arrays."""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opcua_server.batches import Batch, batch_of
from opcua_server.gate import Rules, rules_for
from opcua_server.limits import LIMITS
from opcua_server.live import Live
from opcua_server.remembered import Remembered
from opcua_server.space import Space
from opcua_server.values import DOUBLE
from opcua_server.wire import VALUE_ATTRIBUTE, string_node
from plant.access import Who

_COUNT = struct.Struct("<i")
_VALUE = struct.Struct("<IiBB8s")
"""AttributeId, IndexRange, the mask of a DataValue that has nothing but a value, the type, the value."""
_MASK_VALUE = 0x01
_SIZE = 8
_TAIL = 30
"""Bytes at the end of a request: some of the last tag's name, what stands between it and the value, the value."""
Key = tuple[Who, int, bytes, bytes]


@dataclass(frozen=True, slots=True, eq=False)
class WriteTemplate:
    """The bytes of a request but for its values, and the rules for what stands in their places."""

    size: int
    mask: NDArray[np.uint8]
    """0xFF where the bytes are the template's, 0 where a value stands."""
    masked: bytes
    """The template's bytes, 0 where a value stands."""
    places: NDArray[np.intp]
    """Where the values begin."""
    rules: Rules
    whole: Batch
    """All of its tags."""

    def values(self, body: bytes) -> NDArray[np.float64] | None:
        """The values that a request of the same length brings; None if it is not of this template."""
        if (np.frombuffer(body, np.uint8) & self.mask).tobytes() != self.masked:
            return None
        # A value may begin at any byte: the array has one for each of them, of which those at the places are taken.
        return np.ndarray(self.size - _SIZE + 1, "<f8", body, 0, (1,))[self.places]


class WriteTemplates:
    """Templates by what they look like from outside; forgotten when a simulation goes."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._held: Remembered[Key, WriteTemplate] = Remembered(LIMITS.requests_remembered, LIMITS.remembered)
        space.on_removal(self._held.clear)

    def find(self, parameters: bytes, user: Who) -> tuple[WriteTemplate, NDArray[np.float64]] | None:
        """The template of a Write request's parameters and its values; None when it has to be understood in full."""
        key = user, len(parameters), _first_node(parameters), parameters[-_TAIL:-_SIZE]
        template = self._held.find(key)
        values = None if template is None else template.values(parameters)
        if template is None or values is None:
            template = self._understand(parameters, user)
            if template is None:
                return None
            self._held.put(key, template, 4 * len(parameters))
            values = template.values(parameters)
            assert values is not None  # noqa: S101 - it was made from these bytes
        return template, values

    def _understand(self, parameters: bytes, user: Who) -> WriteTemplate | None:
        """Doubles for values of tags, without status, times or index range; None for anything else."""
        try:
            (count,) = _COUNT.unpack_from(parameters)
            found = self._tags(parameters, count) if 0 < count <= LIMITS.nodes_per_request else None
        except (struct.error, IndexError):
            return None
        rules = None if found is None else rules_for([tag for tag, _ in found], user)
        if found is None or rules is None:
            return None
        size, places = len(parameters), np.array([place for _, place in found], np.intp)
        mask = np.full(size, 0xFF, np.uint8)
        mask[places[:, None] + np.arange(_SIZE)] = 0
        masked = (np.frombuffer(parameters, np.uint8) & mask).tobytes()
        return WriteTemplate(size, mask, masked, places, rules, batch_of(rules, np.arange(count)))

    def _tags(self, body: bytes, count: int) -> list[tuple[tuple[Live, int], int]] | None:
        """Each tag and the place of its value."""
        at, tags = _COUNT.size, []
        for _ in range(count):
            node = string_node(body, at)
            found = None if node is None else self._space.find_row(node[0], node[1])
            if node is None or found is None:
                return None
            at = node[2] + _VALUE.size
            attribute, index_range, mask, variant, _ = _VALUE.unpack_from(body, node[2])
            if (attribute, index_range, mask, variant) != (VALUE_ATTRIBUTE, -1, _MASK_VALUE, DOUBLE):
                return None
            tags.append((found, at - _SIZE))
        return tags if at == len(body) else None


def _first_node(parameters: bytes) -> bytes:
    start = _COUNT.size
    return parameters[start : start + 7 + int.from_bytes(parameters[start + 3 : start + 7], "little")]
