"""The hosts under which clients may know this server; a URL with another one was meant for somebody else."""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from cryptography import x509

from connections.pki.own import Own
from connections.settings import LOOPBACK, OpcuaSettings


class HostNames:
    """Loopback, and what is given: in any spelling."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = frozenset(_plain(name) for name in (*LOOPBACK, *names))

    def fit(self, url: str | None, reached: str = "") -> bool:
        """Whether an endpoint's URL names this server; so does one without any host, and the address that was reached.

        `reached` is the address of this machine that the connection came to.
        """
        if not url:
            return True
        try:
            host = _plain(urlsplit(url).hostname or "")
        except ValueError:
            return False
        return host in self._names or _loops(host) or host == _plain(reached) != ""


def names_of(settings: OpcuaSettings, own: Own | None) -> HostNames:
    """What the certificate says, what is configured, and the machine's own name."""
    configured = (settings.host, settings.advertised_host or "", socket.gethostname())
    return HostNames((*filter(None, configured), *(_certified(own.certificate) if own else ())))


def _certified(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]


def _plain(host: str) -> str:
    """One spelling of a name or an address."""
    host = host.partition("%")[0].rstrip(".").lower()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(getattr(address, "ipv4_mapped", None) or address)


def _loops(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
