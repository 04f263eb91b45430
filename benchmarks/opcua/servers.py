"""The servers that are compared: ours on a real Redis with its history, and its peers, each as one process."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.opcua.fleet import Fleet, record_fleet
from benchmarks.opcua.peers import PEERS
from connections.bus import connect
from connections.migrations import migrate
from connections.pki.own import CERTIFICATE, Hosts, own_certificate
from connections.pki.store import Pki, read_certificate, thumbprint
from connections.records import Records
from connections.redis_server import embedded_redis
from connections.settings import Settings
from engine_api.ports import free_port
from plant.catalog import MODELS

READY_WITHIN = 120.0
READY_KEY = "pde:ready:opcua"
_BEYOND_ALARMS = 1_000_000
"""The values count up, as those of the peers do; from here on none passes the limit of an alarm while it is watched."""
RAISED = "benchmarks.opcua.raised"
CLIENT_URI = "urn:pde:benchmark:client"


@dataclass
class Server:
    """A server under measurement; `read` and `write` are files with the names of tags, `redis` is where ours tells."""

    url: str
    namespace: int
    process: psutil.Process
    read: Path
    write: Path
    redis: str = ""

    @property
    def seconds(self) -> float:
        """Seconds that it has computed."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    @property
    def memory(self) -> int:
        """Resident bytes."""
        return int(self.process.memory_info().rss)


def largest_model() -> str:
    """The model with the most tags."""
    return max(MODELS.values(), key=lambda model: len(model.tags)).id


@asynccontextmanager
async def identity() -> AsyncIterator[Path]:
    """The folder of a new application certificate with its key, for the client, and for peers that make none."""
    with TemporaryDirectory(prefix="pde-") as folder:
        own_certificate(Path(folder), "benchmark", CLIENT_URI, Hosts(frozenset({"127.0.0.1"})))
        yield Path(folder)


@asynccontextmanager
async def ours(
    tags: int, model_id: str | None = None, moving: bool = True, trusted: Path | None = None,
    measures: Sequence[str] = (),
) -> AsyncIterator[tuple[Server, Fleet]]:  # fmt: skip
    """This project's server with enough simulations for so many Double tags, all moving once a second.

    `trusted` is the identity of a client that may connect with security, `measures` what the server measures besides.
    """
    model = MODELS[model_id or largest_model()]
    per_simulation = sum(1 for tag in model.tags if not tag.states)
    with TemporaryDirectory(prefix="pde-", ignore_cleanup_errors=True) as folder, embedded_redis(Path(folder)) as redis:
        settings = Settings(data=Path(folder) / "data", redis_url=redis)
        settings.data.mkdir()
        if trusted is not None:
            certificate = read_certificate((trusted / CERTIFICATE).read_bytes(), CERTIFICATE)
            pki = Pki(settings.pki_folder)
            pki.remember(certificate)
            pki.trust(thumbprint(certificate))
        migrate(settings.sql_url)
        fleet = await asyncio.to_thread(record_fleet, Records(settings.sql_url), model, -(-tags // per_simulation))
        async with connect(redis) as bus, asyncio.TaskGroup() as group:
            port = free_port("127.0.0.1")
            own = {"PDE_DATA": str(settings.data), "PDE_REDIS_URL": redis, "PDE_OPCUA__PORT": str(port),
                   "PDE_LOG_LEVEL": "warning"}  # fmt: skip
            async with _process([sys.executable, "-m", RAISED, *measures], own) as process:
                async with asyncio.timeout(READY_WITHIN):
                    while not await bus.redis.get(READY_KEY):  # noqa: ASYNC110 - another process makes it true
                        await asyncio.sleep(0.1)
                feeding = group.create_task(fleet.move(bus, _BEYOND_ALARMS)) if moving else None
                server = Server(
                    f"opc.tcp://127.0.0.1:{port}/pde", 2, psutil.Process(process.pid),
                    _names(Path(folder), "read", fleet.names[:tags]), _names(Path(folder), "write", fleet.writable),
                    redis,
                )  # fmt: skip
                await asyncio.sleep(2)
                yield server, fleet
                if feeding is not None:
                    feeding.cancel()


@asynccontextmanager
async def engine_alone(tags: int) -> AsyncIterator[Server]:
    """Our tag engine without Redis and history, its values made in its own process as the peers make theirs."""
    with TemporaryDirectory(prefix="pde-") as folder:
        read, write = Path(folder) / "read.txt", Path(folder) / "write.txt"
        port = free_port("127.0.0.1")
        command = [sys.executable, "-m", "benchmarks.opcua.bare", str(port), str(read), str(write), str(tags)]
        async with _process(command, {}, wait=True) as process:
            yield Server(f"opc.tcp://127.0.0.1:{port}/pde", 2, psutil.Process(process.pid), read, write)


@asynccontextmanager
async def peer(kind: str, tags: int, own: Path | None = None) -> AsyncIterator[Server]:
    """Another maker's server with so many Doubles that count the seconds; `own` lets it offer security."""
    with TemporaryDirectory(prefix="pde-", ignore_cleanup_errors=True) as folder:
        names = _names(Path(folder), "names", [f"simulation-{i // 20 + 1}.tag_{i % 20}" for i in range(tags)])
        port = free_port("127.0.0.1")
        async with _process(PEERS[kind].command(port, names, own), {}, wait=True) as process:
            await asyncio.sleep(2)
            server = psutil.Process(process.pid)
            yield Server(f"opc.tcp://127.0.0.1:{port}", PEERS[kind].namespace, server, names, names)


@asynccontextmanager
async def _process(
    command: list[str], own: dict[str, str], wait: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that says `ready` when it is, if `wait`; ended at the end."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | own,
        stdout=subprocess.PIPE if wait else None,
        stderr=subprocess.DEVNULL if wait else None,
    )
    try:
        if wait:
            assert process.stdout is not None
            async with asyncio.timeout(READY_WITHIN):
                while (line := await process.stdout.readline()).strip() != b"ready":
                    if not line:
                        raise RuntimeError(f"{command[0]} has ended")
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(10):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


def _names(folder: Path, title: str, names: list[str]) -> Path:
    file = folder / f"{title}.txt"
    file.write_text("".join(f"{name}\n" for name in names))
    return file
