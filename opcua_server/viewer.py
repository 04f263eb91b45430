"""Whoever a subscription's items look for: the user of the session that has it, whoever that is at present."""

from collections.abc import Callable

from asyncua import ua

from opcua_server.security import STRANGER
from opcua_server.sight import Sight
from opcua_server.space import Space
from plant.access import Who


class Viewer:
    """One subscription's; a session sets `present`, which answers its user."""

    __slots__ = ("_sight", "present", "space")

    def __init__(self, space: Space) -> None:
        self._sight, self.space = Sight(space), space
        self.present: Callable[[], Who] = lambda: STRANGER

    def sees(self, node: ua.NodeId) -> bool:
        """Whether the node is there for the user."""
        return self._sight.sees(self.present(), node)
