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

    @property
    def hears_audit(self) -> bool:
        """Whether any item listens to events, for somebody who may hear what the audit does, where no one else can."""

    def notify(self, event: Occurrence, notifiers: Sequence[ua.NodeId]) -> None:
        """Queue an event."""


class Notifier:
    """Where events begin their way to clients."""

    def __init__(self, listeners: Callable[[], Iterable[Listening]]) -> None:
        self._listeners = listeners

    def tell(self, event: Occurrence, notifiers: Sequence[ua.NodeId]) -> None:
        """Queue an event wherever somebody listens; what one can't take does not keep it from the others."""
        self._tell([one for one in self._listeners() if one.hears_events], event, notifiers)

    @property
    def audited(self) -> bool:
        """Whether anybody hears the audit."""
        return any(one.hears_audit for one in self._listeners())

    def tell_audit(self, event: Occurrence) -> None:
        """Queue an audit event of the Server object."""
        self._tell([one for one in self._listeners() if one.hears_audit], event, [SERVER])

    @staticmethod
    def _tell(listeners: Iterable[Listening], event: Occurrence, notifiers: Sequence[ua.NodeId]) -> None:
        for listener in listeners:
            try:
                listener.notify(event, notifiers)
            except Exception:
                _log.exception("event not queued")


def notifiers_of(sim_id: str, model_id: str) -> list[ua.NodeId]:
    """The nodes that report what happens in a simulation."""
    return [node_id(sim_id), node_id("Simulations", model_id), SIMULATIONS_NODE, SERVER]
