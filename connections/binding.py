"""Where the doors may stand open: to this machine always, to others only with users and encryption."""

from contextlib import closing

from connections.settings import LOOPBACK, Settings
from connections.users import Users
from plant.errors import NotAllowed

_WAYS = "bind it to 127.0.0.1, or accept that everybody may do everything with --insecure (PDE_INSECURE=true)"


def check_encryption(settings: Settings) -> None:
    """Raise NotAllowed for a door that is open to a network without TLS, or to people without names."""
    for host, name, unsafe in (
        (settings.http.host, "PDE_HTTP__HOST", _unsafe_http(settings)),
        (settings.opcua.host, "PDE_OPCUA__HOST", _unsafe_opcua(settings)),
    ):
        if host not in LOOPBACK and not settings.insecure and unsafe:
            raise NotAllowed(f"{name}={host} opens the plant to the network {unsafe}; {_WAYS}")


def check_administered(settings: Settings, users: Users | None) -> None:
    """Raise NotAllowed for a door that is open to a network while there is no administrator (None: no users at all)."""
    for host, name in ((settings.http.host, "PDE_HTTP__HOST"), (settings.opcua.host, "PDE_OPCUA__HOST")):
        if host not in LOOPBACK and not settings.insecure and not (users and users.administered()):
            raise NotAllowed(
                f"{name}={host} opens the plant to the network, and there is no administrator yet: make one with "
                f"`pde users add NAME admin`, or with the set-up token of an engine on 127.0.0.1; or {_WAYS}"
            )


def check_binding(settings: Settings) -> None:
    """Both checks; the tables of the database have to be there. Raises NotAllowed or Unavailable."""
    check_encryption(settings)
    with closing(Users(settings.sql_url)) as users:
        check_administered(settings, users)


def _unsafe_http(settings: Settings) -> str:
    if not settings.http_tls:
        return "without TLS"
    return "for everybody without a name" if settings.http.anonymous not in (None, "none", "viewer") else ""


def _unsafe_opcua(settings: Settings) -> str:
    return "for everybody without a name" if settings.opcua.anonymous not in (None, "none", "viewer") else ""
