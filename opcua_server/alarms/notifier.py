"""Hands events to the subscriptions: those of a simulation come from it, its folders and the Server object."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from asyncua import ua

from connections.log import logger
from opcua_server.alarms.occurrence import SERVER, Occurrence
from opcua_server.names import SIMULATIONS_NODE, node_id

_log = logger(__name__)


class Listening(Protocol):
    """A subscription's items."""

    @property
    def hears_events(self) -> bool:
        """Whether any item listens to events."""

    def notify(self, event: Occurrence, notifiers: Sequence[ua.NodeId]) -> None:
        """Queue an event."""


class Notifier:
    """Where events begin their way to clients."""

    def __init__(self, listeners: Callable[[], Iterable[Listening]]) -> None:
        self._listeners = listeners

    def tell(self, event: Occurrence, notifiers: Sequence[ua.NodeId]) -> None:
        """Queue an event wherever somebody listens; what one can't take does not keep it from the others."""
        for listener in list(self._listeners()):
            if listener.hears_events:
                try:
                    listener.notify(event, notifiers)
                except Exception:
                    _log.exception("event not queued")


def notifiers_of(sim_id: str, model_id: str) -> list[ua.NodeId]:
    """The nodes that report what happens in a simulation."""
    return [node_id(sim_id), node_id("Simulations", model_id), SIMULATIONS_NODE, SERVER]
