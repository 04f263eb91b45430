"""A client's session: its rights, its limits, and what belongs to it (subscriptions, continuation points)."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from asyncua import ua
from asyncua.common.utils import ServiceError, create_nonce
from asyncua.server.internal_session import InternalSession, SessionState

from opcua_server.alarms.history import EventCursors
from opcua_server.browsing import Pages
from opcua_server.creation import revised_timeout
from opcua_server.cursors import Cursors
from opcua_server.limits import LIMITS
from opcua_server.pieces import each, in_pieces
from opcua_server.requested import check_count
from opcua_server.security import Identity
from opcua_server.subscriber import Subscriber
from opcua_server.tokens import new_token
from opcua_server.wire import token_bytes

if TYPE_CHECKING:
    from opcua_server.shared_services import Services

_CODES = ua.StatusCodes


class Session(Subscriber):
    """asyncua's session with a secret token, operation limits and ownership."""

    def __init__(self, iserver: "Services", name: str, user: Any, external: bool) -> None:
        super().__init__(iserver, iserver.aspace, iserver.subscription_service, name, user=user, external=False)
        self.auth_token = new_token()
        self.token_bytes = token_bytes(self.auth_token.NamespaceIndex, cast(bytes, self.auth_token.Identifier))
        self.certificate: bytes | None = None
        self.mode = ua.MessageSecurityMode.None_
        """That of the channel on which the session was created."""
        self.largest_answer = 0
        self.external = external
        if external:
            iserver.register_external_session(self)
        self.status_changes = deque(maxlen=LIMITS.subscriptions_per_session)
        self.pages, self.cursors, self.event_cursors = Pages(), Cursors(), EventCursors()

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state is SessionState.Closed

    @property
    def orphaned(self) -> bool:
        """Whether its connection is gone and it is kept for its subscriptions' sake."""
        return self.holder is None or self.holder._closing

    async def close_session(self, delete_subs: bool = True) -> None:
        """As asyncua; sessions that end because nobody used them are counted."""
        if self.external and self._timeout_task is not None and asyncio.current_task() is self._timeout_task:
            self.iserver.timed_out += 1
        if not delete_subs:
            self.iserver.subscription_service.leave(self.own().values(), self.owner)
        await super().close_session(delete_subs)
        self.holder = None

    async def create_session(self, params: Any, sockname: Any = None) -> ua.CreateSessionResult:
        """As asyncua, with the size of messages that the server really takes, and that the client does."""
        params.RequestedSessionTimeout = revised_timeout(params.RequestedSessionTimeout)
        result = await super().create_session(params, sockname)
        result.MaxRequestMessageSize = LIMITS.message
        self.application_uri = params.ClientDescription.ApplicationUri
        self.largest_answer = int(params.MaxResponseMessageSize)
        return result

    def admit(self, identity: Identity) -> ua.ActivateSessionResult:
        """Activate the session for somebody whose identity was checked. Raises ServiceError."""
        if self.state == SessionState.Closed:
            raise ServiceError(_CODES.BadSessionIdInvalid)
        if self.state == SessionState.Created:
            InternalSession._current_connections += 1
        before, self.user = self.who, identity
        self.nonce, self.state = create_nonce(32), SessionState.Activated
        if self.who != before:
            self.look_anew()
        self.touch()
        self._start_timeout_watchdog()
        return ua.ActivateSessionResult(ua.ByteString(self.nonce))

    async def read(self, params: ua.ReadParameters) -> list[ua.DataValue]:
        """Read attributes."""
        check_count(params.NodesToRead)
        reader, who = self.iserver.reader, self.who
        reader.check(params)
        self.iserver.sight.masked(who, params.NodesToRead, "NodeId")
        return await in_pieces(params.NodesToRead, lambda piece: reader.read(piece, params.TimestampsToReturn, who))

    async def write(self, params: ua.WriteParameters) -> list[ua.StatusCode]:
        """Write values through the gate."""
        check_count(params.NodesToWrite)
        self.iserver.sight.masked(self.who, params.NodesToWrite, "NodeId")
        return await self.iserver.writer.write(params, self.who, str(self.who))

    async def history_read(self, params: ua.HistoryReadParameters) -> list[ua.HistoryReadResult]:
        """Read history; its cursors are this session's own."""
        check_count(params.NodesToRead)
        self.iserver.sight.masked(self.who, params.NodesToRead, "NodeId")
        self.cursors.begin()
        self.event_cursors.begin()
        return await self.iserver.history.read(params, self.cursors, self.event_cursors, self.who)

    async def browse(self, params: ua.BrowseParameters) -> list[ua.BrowseResult]:
        """Browse, in pages."""
        check_count(params.NodesToBrowse)
        self.iserver.sight.masked(self.who, params.NodesToBrowse, "NodeId")
        return await each(params.NodesToBrowse, lambda wanted: self._browse(params, wanted))

    async def _browse(self, params: ua.BrowseParameters, wanted: ua.BrowseDescription) -> ua.BrowseResult:
        one = ua.BrowseParameters(params.View, params.RequestedMaxReferencesPerNode, [wanted])
        found = self.iserver.view_service.browse(one)
        found[0].References = self.iserver.sight.shown(self.who, found[0].References)  # type: ignore[assignment]
        (result,) = self.pages.cut(found, one)
        await asyncio.sleep(0)
        return result

    def browse_next_pages(self, points: list[bytes], release: bool) -> list[ua.BrowseResult]:
        """Go on with browsing. Raises ServiceError."""
        check_count(points)
        results = self.pages.next(points, release)
        for result in results:
            result.References = self.iserver.sight.shown(self.who, result.References)  # type: ignore[assignment]
        return results

    async def register_nodes(self, nodes: list[ua.NodeId]) -> list[ua.NodeId]:
        """A node's own id is the fastest one already."""
        check_count(nodes)
        return nodes

    async def translate_browsepaths_to_nodeids(self, params: list[ua.BrowsePath]) -> list[ua.BrowsePathResult]:
        """Follow browse paths."""
        check_count(params)
        sight, views = self.iserver.sight, self.iserver.view_service
        sight.masked(self.who, params, "StartingNode")
        return await in_pieces(params, lambda piece: sight.targets(self.who, views.follow(piece)))

    async def call(self, params: list[ua.CallMethodRequest]) -> list[ua.CallMethodResult]:
        """Call methods with the rights of whoever activated this session."""
        check_count(params)
        self.iserver.sight.masked(self.who, params, "ObjectId")
        return [await self.iserver.methods.call(request, self) for request in params]
