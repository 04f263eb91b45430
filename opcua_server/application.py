"""The application's own certificate, made for the names under which clients reach the server."""

import socket

import psutil

from connections.pki.own import Hosts, Own, own_certificate
from connections.pki.store import OWN, Pki
from connections.settings import LOOPBACK, OpcuaSettings, Settings
from opcua_server.names import APPLICATION_URI

_NAME = "Process Dynamics Engine"
_ANY = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - what it means is asked here, nothing is bound


def make_own(settings: Settings, pki: Pki) -> Own:
    """The certificate of this server. Raises Unavailable when its files can't be used."""
    return own_certificate(pki.folder / OWN, _NAME, APPLICATION_URI, served_hosts(settings.opcua))


def served_hosts(settings: OpcuaSettings) -> Hosts:
    """The names and addresses of the endpoint; listening everywhere, those of every interface too."""
    named = {settings.host, settings.advertised_host or settings.host} - _ANY
    addresses = _addresses() if settings.host in _ANY else set()
    return Hosts(LOOPBACK | named, frozenset({socket.gethostname(), *addresses}))


def _addresses() -> set[str]:
    """The addresses of every interface; link-local ones lose the interface's name."""
    return {
        each.address.split("%")[0]
        for interface in psutil.net_if_addrs().values()
        for each in interface
        if each.family in {socket.AF_INET, socket.AF_INET6}
    }
