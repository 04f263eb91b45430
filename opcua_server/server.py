"""asyncua's server, put together from our services."""

import asyncio
from importlib.resources import files
from pathlib import Path

from asyncua import Server, ua

from connections.log import logger
from connections.pki.application import APPLICATION_URI
from connections.pki.own import Own
from connections.pki.store import Pki
from connections.settings import OpcuaSettings
from opcua_server import pruning, type_definitions
from opcua_server.health import say_goodbye
from opcua_server.host_names import names_of
from opcua_server.kept import pack, read_kept, write_kept
from opcua_server.listener import Listener, transport_limits
from opcua_server.loop_lag import LoopLag
from opcua_server.names import URIS
from opcua_server.nodes import NodeStore
from opcua_server.references import quick_references, remember_reference_types
from opcua_server.secure_channels import POLICIES, Guard
from opcua_server.security import Doorman
from opcua_server.shared_services import Services
from plant.access import User

_NODE_SET = "Pde.Models.NodeSet2.xml"
_log = logger(__name__)


class PlantServer(Server):
    """The endpoint."""

    iserver: Services

    def __init__(
        self, settings: OpcuaSettings, own: Own | None = None, pki: Pki | None = None, plain: bool = True,
        doorman: Doorman | None = None,
    ) -> None:  # fmt: skip
        guard = Guard(own, pki, plain, names_of(settings, own))
        super().__init__(iserver=Services(doorman or Doorman(User.ENGINEER), guard, LoopLag()))
        self._settings = settings
        self._application_uri = APPLICATION_URI
        self.product_uri, self.name = "urn:process-dynamics-engine", "Process Dynamics Engine"
        self.application_type = ua.ApplicationType.Server
        self.limits = transport_limits()
        host = settings.advertised_host or settings.host
        self.set_endpoint(f"opc.tcp://{host}:{settings.port}/pde")
        self.set_match_discovery_endpoint_url(settings.advertised_host is None)
        self.set_match_discovery_client_ip(settings.advertised_host is None)
        self.socket_address = settings.host, settings.port
        if own is not None:
            self.iserver.certificate, self.iserver.private_key = own.certificate, own.key
        none = [ua.SecurityPolicyType.NoSecurity] if plain else []
        self.set_security_policy([*none, *(POLICIES if own is not None else [])])

    @property
    def url(self) -> str:
        """The endpoint's URL, with the port that it really listens on."""
        port = self.bserver.port if self.bserver is not None else self._settings.port
        host = self._settings.advertised_host or self._settings.host
        return f"opc.tcp://{host}:{port}/pde"

    async def init(self, shelf_file: Path | None = None) -> None:
        """Load the standard nodes, or take what an earlier start has kept of them and of our types."""
        await asyncio.to_thread(self._take_kept)
        await super().init(shelf_file)

    def _take_kept(self) -> None:
        aspace, kept = self.iserver.aspace, read_kept(_sources())
        aspace._nodes = NodeStore(kept)
        aspace._nodeid_counter.update(kept.counters if kept else {})

    async def load_types(self) -> None:
        """Register the namespaces in their order and load the generated node set, unless it was kept."""
        for index, uri in sorted(URIS.items()):
            found = await self.register_namespace(uri)
            assert found == index, f"namespace {uri} is {found}, not {index}"  # noqa: S101 - the order is ours
        remember_reference_types(self.iserver.view_service)
        if self.iserver.kept:
            return
        with quick_references(self.iserver.node_mgt_service):
            await self.import_xml(str(node_set()), strict_mode=True)
        aspace = self.iserver.aspace
        pruning.prune(aspace)
        type_definitions.tell_types(aspace._nodes.values(), aspace._nodes)
        if not write_kept(_sources(), pack(aspace._nodes.values(), aspace._nodeid_counter)):
            _log.info("the loaded nodes can't be kept: each start parses them again")

    async def start(self) -> None:
        """Listen."""
        await self._setup_server_nodes()
        await self.iserver.start()
        self.bserver = Listener(self.iserver, self._settings.host, self._settings.port, self.limits)
        self.bserver.set_policies(self._policies)
        try:
            await self.bserver.start()
        except OSError:
            await self.iserver.stop()
            raise
        self._set_real_port()

    async def stop(self) -> None:
        """Say that it ends, then end."""
        await say_goodbye(self)
        await super().stop()

    def _set_real_port(self) -> None:
        for endpoint in self.iserver.endpoints:
            endpoint.EndpointUrl = self.url
            endpoint.Server.DiscoveryUrls = [self.url]


def _sources() -> tuple[Path, ...]:
    """What the loaded nodes are made from, asyncua aside."""
    return node_set(), *(Path(one) for one in (__file__, pruning.__file__, type_definitions.__file__))


def node_set() -> Path:
    """The node set with all types: in the repository, or inside the installed package."""
    checkout = Path(__file__).resolve().parent.parent / "nodesets" / _NODE_SET
    return checkout if checkout.is_file() else Path(str(files("opcua_server"))) / "nodesets" / _NODE_SET
