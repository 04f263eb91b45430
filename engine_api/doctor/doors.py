"""What `pde doctor` looks at at the doors: certificates, who may come in, whether the ports are free."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import psutil
from cryptography import x509

from connections.binding import check_administered, check_encryption
from connections.pki.own import CERTIFICATE
from connections.pki.store import OWN, TRUSTED, Pki
from connections.settings import LOOPBACK, Settings
from connections.users import Users
from engine_api.ports import require_free
from plant.errors import Unavailable

SOON = timedelta(days=30)
_OURS = frozenset({"engine_api", "opcua_server"})


def certificates(settings: Settings) -> str:
    """How long the engine's own one is valid. Raises Unavailable."""
    file = settings.pki_folder / OWN / CERTIFICATE
    if not file.exists():
        return "its own one is made at the first start"
    try:
        own = x509.load_der_x509_certificate(file.read_bytes())
    except ValueError:
        raise Unavailable(f"{file} is damaged: remove it, and another is made at the next start") from None
    now, end = datetime.now(UTC), own.not_valid_after_utc
    if own.not_valid_before_utc > now:
        raise Unavailable(f"{file} is valid from {own.not_valid_before_utc:%Y-%m-%d} on: is the clock right?")
    if end - now < SOON and own.issuer != own.subject:
        raise Unavailable(f"{file} is valid until {end:%Y-%m-%d}: put a new one of your authority in its place")
    return f"its own one is valid until {end:%Y-%m-%d}{'; renewed at the next start' if end - now < SOON else ''}"


def trusted(settings: Settings) -> str:
    """How many clients and authorities are. Raises Unavailable for those whose time is over."""
    listed = Pki(settings.pki_folder).listed() if settings.pki_folder.exists() else []
    known = [one for one in listed if one.folder == TRUSTED]
    over = [one.subject for one in known if one.certificate.not_valid_after_utc < datetime.now(UTC)]
    if over:
        raise Unavailable(f"the time of {', '.join(over)} is over: they need new certificates (pde pki reject, trust)")
    return f"{len(known)} trusted, {sum(one.folder == 'rejected' for one in listed)} wait (pde pki list)"


def access(settings: Settings) -> str:
    """Whether the engine would start at these addresses. Raises NotAllowed with what it takes."""
    check_encryption(settings)
    if {settings.http.host, settings.opcua.host} <= LOOPBACK:
        return "this machine alone, without a name"
    if settings.database_url is None and not (settings.data / "records.sqlite").exists():
        check_administered(settings, None)
    elif not settings.insecure:
        with closing(Users(settings.sql_url)) as users:
            check_administered(settings, users)
    return "everybody, who may do everything (--insecure)" if settings.insecure else "users with a name; encrypted"


def opcua(settings: Settings) -> str:
    """Whether its port is free, or its engine's. Raises Unavailable."""
    return _port(settings.opcua.host, settings.opcua.port, "the OPC UA server", "--opcua-port")


def web(settings: Settings) -> str:
    """Whether its port is free, or its engine's. Raises Unavailable."""
    return _port(settings.http.host, settings.http.port, "the web server", "--http-port")


def _port(host: str, port: int, what: str, option: str) -> str:
    try:
        require_free(host, port, what, option)
    except Unavailable:
        if (pid := _engine(port)) is None:
            raise
        return f"{host}:{port} is held by an engine that runs (process {pid})"
    return f"{host}:{port} is free"


def _engine(port: int) -> int | None:
    """The process of an engine that listens there, as far as the system lets us see it."""
    try:
        for one in psutil.net_connections("tcp"):
            if one.pid and one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port:
                return one.pid if _OURS & set(psutil.Process(one.pid).cmdline()) else None
    except psutil.Error:
        return None
    return None
