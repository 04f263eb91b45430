"""The process: one engine, one web server, ended together by SIGINT, SIGTERM or the failure of either."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from connections.binding import check_administered, check_encryption
from connections.settings import LOOPBACK, Settings
from engine_api.app import build_app
from engine_api.doors import open_authentication, tls_files
from engine_api.engine import open_engine
from engine_api.http_protocol import HttpProtocol
from engine_api.limits import Limits
from engine_api.socket_protocol import SocketProtocol

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


async def serve(settings: Settings) -> None:
    """Run the engine and its doors until a signal. Raises NotAllowed or Unavailable when it can't start."""
    check_encryption(settings)
    app = build_app(
        only_loopback=settings.http.host in LOOPBACK and not settings.insecure, origins=settings.http.origins,
        limits=Limits(settings.http_rate, settings.http.burst),
    )  # fmt: skip
    async with (
        open_engine(settings) as engine,
        open_authentication(settings, engine.simulations.bus, engine.simulations.trail) as app.state.authentication,
    ):
        await asyncio.to_thread(check_administered, settings, app.state.authentication.users)
        app.state.engine = engine
        await Server(configuration(settings, app)).serve()


def configuration(settings: Settings, app: FastAPI) -> uvicorn.Config:
    """How uvicorn runs: no compression or pings of its own, small messages, a short end."""
    certificate, key = tls_files(settings) if settings.http_tls else (None, None)
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
        http=HttpProtocol,
        ws=SocketProtocol,
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
