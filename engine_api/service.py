"""The process: one engine, one web server, ended together by SIGINT, SIGTERM or the failure of either."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from connections.settings import LOOPBACK, Settings
from engine_api.app import build_app
from engine_api.engine import open_engine
from engine_api.socket_protocol import SocketProtocol
from plant.errors import Unavailable

LAST_REQUESTS = 2
LARGEST_MESSAGE = 64 * 1024
MOST_CONNECTIONS = 1000


class Server(uvicorn.Server):
    """A web server that leaves the signals to its process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End orderly on SIGINT and SIGTERM, with exit code 0."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def require_safe(settings: Settings) -> None:
    """Refuse to listen beyond this machine while everyone may do everything. Raises Unavailable."""
    if settings.http.host not in LOOPBACK and not settings.insecure:
        raise Unavailable(
            f"PDE_HTTP__HOST={settings.http.host} opens the plant to the network without users or passwords; "
            f"bind to 127.0.0.1, or accept that with PDE_INSECURE=true"
        )


async def serve(settings: Settings) -> None:
    """Run the engine and its doors until a signal. Raises Unavailable when it can't start."""
    require_safe(settings)
    app = build_app(only_loopback=settings.http.host in LOOPBACK and not settings.insecure)
    async with open_engine(settings) as engine:
        app.state.engine = engine
        await Server(configuration(settings, app)).serve()


def configuration(settings: Settings, app: FastAPI) -> uvicorn.Config:
    """How uvicorn runs: no compression or pings of its own, small messages, a short end."""
    return uvicorn.Config(
        app,
        host=settings.http.host,
        port=settings.http.port,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=LAST_REQUESTS,
        timeout_keep_alive=30,
        ws=SocketProtocol,
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
    )
