"""asyncua's internal server with our services: what every connection and session shares."""

from pathlib import Path
from typing import Any

from asyncua import ua
from asyncua.crypto.permission_rules import User as Peer
from asyncua.server.internal_server import InternalServer

from opcua_server.attributes import Reader
from opcua_server.hello import LONGEST_URL
from opcua_server.history import History
from opcua_server.limits import LIMITS
from opcua_server.loop_lag import LoopLag
from opcua_server.methods import Methods
from opcua_server.monitoring import Items
from opcua_server.nodes import NodeStore
from opcua_server.reads import FastReads
from opcua_server.secure_channels import Guard
from opcua_server.security import Doorman
from opcua_server.service_meter import ServiceMeter
from opcua_server.sessions import Session
from opcua_server.sight import Sight
from opcua_server.subscriptions import Subscriptions
from opcua_server.views import Views
from opcua_server.write_templates import WriteTemplates
from opcua_server.writes import Writer


class Services(InternalServer):
    """asyncua's internal server; reading, writing, history and methods are our own and set before it listens."""

    reader: Reader
    writer: Writer
    history: History
    methods: Methods
    fast_reads: FastReads
    write_templates: WriteTemplates
    sight: Sight
    view_service: Views
    subscription_service: Subscriptions

    def __init__(self, doorman: Doorman, guard: Guard, lag: LoopLag) -> None:
        super().__init__(doorman)
        self.doorman, self.guard, self.meter, self.lag = doorman, guard, ServiceMeter(), lag
        self.view_service = Views(self.aspace)
        self.timed_out = 0
        self.supported_tokens = doorman.tokens  # type: ignore[assignment]
        self.max_connections = LIMITS.connections
        self.max_pending_activation_seconds = LIMITS.activation
        self.max_pending_messages_per_connection = 4 * LIMITS.waiting_messages

    @property
    def kept(self) -> bool:
        """Whether the nodes come from an earlier start."""
        return isinstance(self.aspace._nodes, NodeStore) and self.aspace._nodes.kept is not None

    async def load_standard_address_space(self, shelf_file: Path | None = None) -> None:
        """As asyncua, unless the nodes are there."""
        if not self.kept:
            await super().load_standard_address_space(shelf_file)

    def listeners(self) -> list[Items]:
        """The items of every subscription, to which events are handed."""
        subscriptions = self.subscription_service.subscriptions.values()
        return [one.monitored_item_srv for one in subscriptions if isinstance(one.monitored_item_srv, Items)]

    def create_session(self, name: str, user: Peer | None = None, external: bool = False) -> Session:
        """A session of ours."""
        return Session(self, name, user or Peer(), external)

    def _mangle_endpoint_url(self, ep_url: str, params_ep_url: str | None = None, sockname: Any = None) -> str:
        """As asyncua, by a URL that a Hello may have too: the answer says it many times."""
        known = params_ep_url is not None and len(params_ep_url) <= LONGEST_URL
        return super()._mangle_endpoint_url(ep_url, params_ep_url if known else None, sockname)

    async def get_endpoints(self, params: Any = None, sockname: Any = None) -> list[ua.EndpointDescription]:
        """As asyncua, those of the transports that the client asks for."""
        found = await super().get_endpoints(params, sockname)
        wanted = params.ProfileUris if params is not None else None
        return [one for one in found if not wanted or one.TransportProfileUri in wanted]

    def session_of(self, session_id: ua.NodeId) -> Session | None:
        """A client's session by its id."""
        found = (one for one in self._external_sessions.values() if one.session_id == session_id)
        return next((one for one in found if isinstance(one, Session)), None)
