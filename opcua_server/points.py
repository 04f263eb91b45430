"""Continuation points of one session (OPC 10000-4 7.9): what is still to be sent, behind each of them."""

import secrets
from collections import OrderedDict
from typing import Generic, TypeVar

from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.limits import LIMITS

Held = TypeVar("Held")


class Points(Generic[Held]):
    """What is held by point; the oldest of earlier requests give way to those of a new one."""

    def __init__(self) -> None:
        self._held: OrderedDict[bytes, Held] = OrderedDict()
        self._new: set[bytes] = set()

    def begin(self) -> None:
        """A new request: what earlier ones have left may give way to it."""
        self._new.clear()

    def keep(self, held: Held) -> bytes:
        """A point for this. Raises ServiceError when the request has as many as there may be."""
        if len(self._held) >= LIMITS.continuation_points:
            oldest = next(iter(self._held))
            if oldest in self._new:
                raise ServiceError(ua.StatusCodes.BadNoContinuationPoints)
            del self._held[oldest]
        point = secrets.token_bytes(8)
        self._held[point] = held
        self._new.add(point)
        return point

    def pop(self, point: bytes) -> Held | None:
        """What is behind a point, once."""
        return self._held.pop(point, None)
