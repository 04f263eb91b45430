"""`pde up`: everything on one machine (Redis, OPC UA server, engine, workers) started, watched and ended."""

import asyncio
import os
import signal
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import httpx

from connections.binding import check_administered, check_encryption
from connections.migrations import migrate
from connections.redis_server import embedded_redis
from connections.settings import ANY_ADDRESS, LOOPBACK, Settings, read_settings
from connections.users import Users
from engine_api.doors import tls_files
from engine_api.pool import Pool
from engine_api.ports import free_port, require_free
from engine_api.supervisor import Part, inherited, keep_running
from plant.errors import Unavailable

READY_WITHIN = 60.0
POLL = 0.1


def parts(settings: Settings) -> list[Part]:
    """The children in the order of their start, without those of a pool."""
    fixed = 0 if settings.workers == "auto" else settings.workers
    workers = [Part(f"worker {number}", "workers") for number in range(1, fixed + 1)]
    return [Part("OPC UA server", "opcua_server"), Part("engine", "engine_api"), *workers]


def environment(settings: Settings) -> dict[str, str]:
    """What the children read as their settings.

    One thread for linear algebra: matrices here are small, and threads of several processes only wait for each other.
    A Redis of the settings is read by the children themselves: its password belongs into no environment.
    """
    return inherited(
        {
            "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "1"),
            "PDE_DATA": settings.data.absolute(),
            "PDE_REDIS_URL": None if read_settings().redis_url else settings.redis_url,
            "PDE_WORKERS": settings.workers,
            "PDE_MOST_WORKERS": settings.most_workers,
            "PDE_INSECURE": settings.insecure,
            "PDE_OPCUA__HOST": settings.opcua.host,
            "PDE_OPCUA__PORT": settings.opcua.port,
            "PDE_HTTP__HOST": settings.http.host,
            "PDE_HTTP__PORT": settings.http.port,
            "PDE_LOG_LEVEL": settings.log_level,
        }
    )


async def run(settings: Settings, announce: Callable[[Settings], None]) -> None:
    """Run everything until SIGINT or SIGTERM; `announce` gets the settings in effect once all is ready.

    Raises NotAllowed where it would be open to a network, Unavailable when a port is taken, no Redis is found, or a
    part does not start; then nothing is left running.
    """
    check_encryption(settings)
    await asyncio.to_thread(_require_administrator, settings)
    settings = with_ports(settings)
    ended = asyncio.Event()
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _signals(ended), _redis(settings) as url:
        settings = settings.model_copy(update={"redis_url": url})
        await asyncio.to_thread(migrate, settings.sql_url)
        try:
            await _run_parts(settings, ended, announce)
        except* Unavailable as errors:
            raise errors.exceptions[0] from None


async def _run_parts(settings: Settings, ended: asyncio.Event, announce: Callable[[Settings], None]) -> None:
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for part in parts(settings):
            group.create_task(keep_running(part, environment(settings), ended, ready))
        if settings.workers == "auto":
            group.create_task(Pool(settings, environment(settings), ended, ready).run())
        if await _ready(settings, ended):
            ready.set()
            announce(settings)


def _require_administrator(settings: Settings) -> None:
    """Refuse to listen beyond this machine without one. Raises NotAllowed."""
    if settings.http.host in LOOPBACK and settings.opcua.host in LOOPBACK:
        return
    if settings.database_url is None and not settings.data.exists():
        check_administered(settings, None)
    migrate(settings.sql_url)
    with closing(Users(settings.sql_url)) as users:
        check_administered(settings, users)


def with_ports(settings: Settings) -> Settings:
    """Refuse taken ports, and put a free one for each port 0."""
    opcua, http = settings.opcua, settings.http
    require_free(opcua.host, opcua.port, "the OPC UA server", "--opcua-port")
    require_free(http.host, http.port, "the web server", "--http-port")
    return settings.model_copy(
        update={
            "opcua": opcua.model_copy(update={"port": opcua.port or free_port(opcua.host)}),
            "http": http.model_copy(update={"port": http.port or free_port(http.host)}),
        }
    )


@contextmanager
def _redis(settings: Settings) -> Iterator[str]:
    if settings.redis_url is not None:
        yield settings.redis_url
        return
    with embedded_redis(settings.data / "redis") as url:
        yield url


@contextmanager
def _signals(ended: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _ready(settings: Settings, ended: asyncio.Event) -> bool:
    """Ask the engine until every part is ready; False when the end came first. Raises Unavailable."""
    clock = asyncio.get_running_loop().time
    late = clock() + READY_WITHIN
    async with httpx.AsyncClient(base_url=base_url(settings), timeout=2.0, verify=trust(settings)) as client:
        answer = "it does not answer"
        while clock() < late and not ended.is_set():
            try:
                response = await client.get("/readyz")
            except httpx.TransportError:
                await asyncio.sleep(POLL)  # nothing listens yet: that can only be asked again
                continue
            if response.is_success:
                return True
            answer = response.text
            await asyncio.sleep(POLL)
    if ended.is_set():
        return False
    raise Unavailable(f"not everything started within {READY_WITHIN:g} s: {answer}")


def base_url(settings: Settings) -> str:
    """The address of the web server for clients on this machine."""
    host = "127.0.0.1" if settings.http.host in ANY_ADDRESS else settings.http.host
    scheme = "https" if settings.http_tls else "http"
    return f"{scheme}://[{host}]:{settings.http.port}" if ":" in host else f"{scheme}://{host}:{settings.http.port}"


def trust(settings: Settings) -> ssl.SSLContext | bool:
    """What a client on this machine checks the web server's certificate with: that very certificate."""
    if not settings.http_tls:
        return True
    certificate, _ = tls_files(settings)
    return ssl.create_default_context(cafile=str(certificate))
