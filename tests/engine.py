"""A whole engine for tests: `pde up` as a user starts it, on free ports, with its data in a folder of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from engine_api.ports import free_port

READY_WITHIN = 60.0
END_WITHIN = 10.0
POLL = 0.1


@dataclass(frozen=True)
class Engine:
    """A running engine: its addresses, its folder, its process."""

    http: str
    opcua: str
    data: Path
    process: subprocess.Popen[bytes]

    @property
    def redis_url(self) -> str:
        return f"unix://{self.data / 'redis' / 'redis.sock'}"

    def children(self) -> list[psutil.Process]:
        """Every process below `pde up`."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def running(self, module: str) -> list[psutil.Process]:
        """The living processes of `python -m module`."""
        return [child for child in self.children() if module in _command(child)]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:  # it ended, or ended and nobody has asked for its exit code yet
        return []


@contextmanager
def run_engine(folder: Path, scheme: str = "http", **environment: str) -> Iterator[Engine]:
    """Start `pde up`, wait until it is ready, end it with SIGINT and see that nothing of it is left."""
    http_port, opcua_port = free_port("127.0.0.1"), free_port("127.0.0.1")
    command = [sys.executable, "-m", "engine_api.cli", "up", "--data", str(folder / "data")]
    command += ["--http-port", str(http_port), "--opcua-port", str(opcua_port)]
    log = folder / "engine.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, stdout=sink, stderr=subprocess.STDOUT, env=os.environ | environment, start_new_session=True
        )
    http, opcua = f"{scheme}://127.0.0.1:{http_port}", f"opc.tcp://127.0.0.1:{opcua_port}/pde"
    engine = Engine(http, opcua, folder / "data", process)
    try:
        _wait(engine, log)
        yield engine
        descendants = engine.children()
    except BaseException:
        sys.stderr.write(log.read_text(errors="replace")[-20_000:])
        descendants = engine.children() if process.poll() is None else []
        raise
    finally:
        _end(process, descendants, log)


def _wait(engine: Engine, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if engine.process.poll() is not None:
            raise AssertionError(f"pde up ended with {engine.process.returncode}:\n{log.read_text()[-8000:]}")
        try:
            if httpx.get(f"{engine.http}/readyz", timeout=2.0, verify=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(POLL)  # a port that nobody listens on yet can only be asked again
    raise AssertionError(f"not ready within {READY_WITHIN:g} s:\n{log.read_text()[-8000:]}")


def _end(process: subprocess.Popen[bytes], descendants: list[psutil.Process], log: Path) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"pde up did not end within {END_WITHIN:g} s:\n{log.read_text()[-4000:]}") from None
    _, left = psutil.wait_procs(descendants, timeout=2.0)
    for orphan in left:
        orphan.kill()
    assert not left, f"processes left behind: {left}"
