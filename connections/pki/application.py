"""The application's own certificate, made for the names under which clients reach its doors: OPC UA and HTTPS."""

import fcntl
import socket

import psutil

from connections.pki.own import Hosts, Own, own_certificate
from connections.pki.store import OWN, Pki
from connections.settings import ANY_ADDRESS, LOOPBACK, Settings

APPLICATION_URI = "urn:process-dynamics-engine:server"
_NAME = "Process Dynamics Engine"
_LOCK = ".lock"


def make_own(settings: Settings, pki: Pki) -> Own:
    """The certificate of this application; of two processes that make it at once, one waits for the other.

    Raises Unavailable when its files can't be used.
    """
    folder = pki.folder / OWN
    with (pki.folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return own_certificate(folder, _NAME, APPLICATION_URI, served_hosts(settings))


def served_hosts(settings: Settings) -> Hosts:
    """The names and addresses of the doors; listening everywhere, those of every interface too."""
    bound = {settings.opcua.host, settings.http.host}
    named = (bound | {settings.opcua.advertised_host or settings.opcua.host}) - ANY_ADDRESS
    addresses = _addresses() if bound & ANY_ADDRESS else set()
    return Hosts(LOOPBACK | named, frozenset({socket.gethostname(), *addresses}))


def _addresses() -> set[str]:
    """The addresses of every interface; link-local ones lose the interface's name."""
    return {
        each.address.split("%")[0]
        for interface in psutil.net_if_addrs().values()
        for each in interface
        if each.family in {socket.AF_INET, socket.AF_INET6}
    }
