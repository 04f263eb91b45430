"""Who gives way when every place is taken: the oldest connection that no session uses (OPC 10000-4 5.5.2.1)."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.limits import LIMITS

if TYPE_CHECKING:
    from opcua_server.processor import Processor
    from opcua_server.sessions import Session

_line = asyncio.Lock()


async def wait_in_line() -> None:
    """Strangers are served one in a turn of the event loop: the cryptography of one takes milliseconds."""
    async with _line:
        await asyncio.sleep(0)


class Place(Protocol):
    """A connection that takes a place."""

    peer_name: Any

    @property
    def in_use(self) -> bool:
        """Whether a session is active on it."""

    @property
    def busy(self) -> bool:
        """Whether it waits for an answer, a delayed refusal too."""

    def give_way(self) -> None:
        """End at once."""


class Waiting(Protocol):
    """A session that may have been activated."""

    def is_activated(self) -> bool:
        """Whether it has been."""

    @property
    def orphaned(self) -> bool:
        """Whether its connection is gone and it is kept for its subscriptions' sake."""

    async def close_session(self, delete_subs: bool = True) -> None:
        """End it."""


def make_room(places: Sequence[Place], peer: Any) -> bool:
    """Whether one more connection from there finds a place, for which the oldest idle one may have to go.

    One address is never relieved of the connections whose refusal is delayed: they are what slows it down.
    """
    same = [place for place in places if place.peer_name and peer and place.peer_name[0] == peer[0]]
    return _relieved(same, LIMITS.connections_per_address, lambda one: not one.in_use and not one.busy) and _relieved(
        places, LIMITS.connections, lambda one: not one.in_use
    )


def _relieved(places: Sequence[Place], most: int, may_go: Callable[[Place], bool]) -> bool:
    if len(places) < most:
        return True
    oldest = next(filter(may_go, places), None)
    if oldest is not None:
        oldest.give_way()
    return oldest is not None


async def make_room_for_session(sessions: Iterable[Waiting]) -> bool:
    """Whether a session that nobody uses could go; first the oldest one that was never activated."""
    every = list(sessions)
    idle = (session for session in every if not session.is_activated())
    oldest = next(idle, next((session for session in every if session.orphaned), None))
    if oldest is not None:
        await oldest.close_session()
    return oldest is not None


async def clear_channel(processor: "Processor") -> None:
    """One session a channel: a new one takes the place of one that was never activated. Raises ServiceError."""
    if processor.activated:
        raise ServiceError(ua.StatusCodes.BadTooManySessions)
    if processor.session is not None:
        await processor.session.close_session()
        processor.session = None
    sessions = cast("dict[ua.NodeId, Session]", processor.iserver._external_sessions)
    if len(sessions) >= LIMITS.sessions and not await make_room_for_session(sessions.values()):
        raise ServiceError(ua.StatusCodes.BadTooManySessions)
