"""A real OPC UA server process on a real Redis, and simulations whose frames the test itself sends."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from redis import Redis

from connections.action import Action
from connections.bus import batches
from connections.migrations import migrate
from connections.record import Record
from connections.redis_keys import EVENTS, FRAMES, actions_key
from connections.redis_server import embedded_redis
from connections.settings import OpcuaSettings, Settings
from connections.simulations import Simulations, open_simulations
from connections.start import Start
from engine_api.ports import free_port
from plant import catalog
from plant.access import User
from plant.frames import Frame, Kind
from plant.lifecycle import Command, State
from plant.simulation import Simulation
from tests.waiting import until

READY_KEY = "pde:ready:opcua"
END_WITHIN = 5.0
NEWS = 600
"""Events that the server has to take over before the one that counts: some hundredths of a second."""


@dataclass(frozen=True)
class Served:
    """A running server."""

    settings: Settings
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        return f"opc.tcp://127.0.0.1:{self.settings.opcua.port}/pde"


@contextmanager
def prepared(folder: Path) -> Iterator[Settings]:
    """A Redis and a migrated database in this folder."""
    with embedded_redis(folder / "redis") as redis_url:
        settings = Settings(data=folder / "data", redis_url=redis_url, opcua=OpcuaSettings(port=free_port("127.0.0.1")))
        settings.data.mkdir(exist_ok=True)
        migrate(settings.sql_url)
        yield settings


def start_server(
    settings: Settings, module: Sequence[str] = ("opcua_server",), **environment: str
) -> subprocess.Popen[bytes]:
    """The server process, its log in the data folder; another `module` with arguments may start it."""
    assert settings.redis_url is not None
    own = {
        "PDE_DATA": str(settings.data),
        "PDE_REDIS_URL": settings.redis_url,
        "PDE_OPCUA__PORT": str(settings.opcua.port),
        "PDE_WORKER__SIGN_OF_LIFE": "0.2",
    }
    with (settings.data / "server.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *module], env=os.environ | own | environment, stderr=log, stdout=log
        )


@contextmanager
def serving(settings: Settings, module: Sequence[str] = ("opcua_server",), **environment: str) -> Iterator[Served]:
    """Run the server until the end, which must come within five seconds of SIGTERM and leave no traceback."""
    process = start_server(settings, module, **environment)
    served = Served(settings, process, settings.data / "server.log")
    try:
        with Redis.from_url(str(settings.redis_url)) as redis:
            until(lambda: process.poll() is not None or redis.get(READY_KEY), "the OPC UA server is ready")
        assert process.poll() is None, served.log.read_text()
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        try:
            process.wait(2 * END_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    assert time.monotonic() - begun < END_WITHIN
    assert "Traceback" not in served.log.read_text(), served.log.read_text()[-6000:]


@dataclass
class Twin:
    """A simulation that the test moves: what a worker would send, sent step by step."""

    simulations: Simulations
    record: Record
    simulation: Simulation
    sequence: int = 0
    action: int = 0
    state: State = State.RUNNING
    lag: list[float] = field(default_factory=list)

    @property
    def sim_id(self) -> str:
        return self.record.sim_id

    async def step(self, status: NDArray[np.uint32] | None = None) -> Frame:
        """One step and its SAMPLE frame."""
        self.simulation.advance()
        return await self.send(Kind.SAMPLE, status)

    async def send(self, kind: Kind = Kind.ECHO, status: NDArray[np.uint32] | None = None) -> Frame:
        """A frame with the present values."""
        self.sequence += 1
        frame = Frame(
            self.sim_id, kind, self.state, self.record.epoch, self.sequence, self.simulation.tick, self.action,
            self.simulation.time, time.time_ns(), 1.0, 0, self.simulation.values.copy(), status,
        )  # fmt: skip
        for batch in batches([frame]):
            await self.simulations.bus.redis.xadd(FRAMES, {"f": batch})
        return frame

    async def actions(self) -> list[Action]:
        """All actions so far, oldest first."""
        return list(reversed(await self.simulations.bus.read_actions(self.sim_id, 1000)))

    async def obey(self) -> None:
        """Apply every action as soon as it comes and echo it, for ever: what a worker does."""
        async for entry, content in self.simulations.bus.follow(actions_key(self.sim_id), "0-0"):
            action = Action.decode(int(entry.split("-")[0]), content)
            for name, value in action.values.items():
                self.simulation.set(name, value)
            self.action = action.number
            self.lag.append((time.time_ns() - action.at) / 1e9)
            await self.send()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Simulations]:
    """The safe path of the engine, as another door would use it."""
    async with open_simulations(settings) as simulations:
        yield simulations


async def begin(simulations: Simulations, model_id: str = "wood-berry", step: float = 1.0) -> Twin:
    """Start a simulation, report it as running and send its first frame."""
    record = await simulations.start(Start(model_id, wait=True), User.ENGINEER)
    running = await asyncio.to_thread(simulations.records.report, record.sim_id, record.epoch, Command.BEGIN)
    assert running is not None
    await simulations.announce(running)
    twin = Twin(simulations, running, Simulation(catalog.find(model_id), step))
    await twin.send()
    return twin


async def keep_busy(twin: Twin) -> None:
    """Have the server take over the same record of a simulation again and again."""
    message = json.dumps({"kind": "lifecycle", "record": twin.record.message()})
    async with twin.simulations.bus.redis.pipeline(transaction=False) as pipeline:
        for _ in range(NEWS):
            pipeline.xadd(EVENTS, {"m": message})
        await pipeline.execute()
