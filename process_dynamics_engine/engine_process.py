"""A whole engine as a child process: `pde up` on free ports, with its data in a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

READY_WITHIN = 300.0
"""Seconds; on a fresh machine the models are compiled first."""
END_WITHIN = 15.0
POLL = 0.1
ATTEMPTS = 3
SHOWN = 4000
OWN_SETTINGS = "PDE_"


@dataclass(frozen=True, slots=True)
class RunningEngine:
    """Its addresses, its folder, its log."""

    url: str
    opcua: str
    data: Path
    log: Path


@contextmanager
def running_engine(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[RunningEngine]:
    """An engine that is ready, and gone with all that it started at the end.

    `settings` are environment variables such as `PDE_WORKERS`; those of the caller's environment are not taken over.
    Raises RuntimeError with the end of its log when it does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "engine.log"
    with log.open("wb") as sink:
        engine, process = _started(folder, settings or {}, sink, log)
        try:
            yield engine
        finally:
            _end(process)


def _started(
    folder: Path, settings: Mapping[str, str], sink: BinaryIO, log: Path
) -> tuple[RunningEngine, "subprocess.Popen[bytes]"]:
    """Try again with other ports when somebody took one meanwhile."""
    for attempt in range(1, ATTEMPTS + 1):
        http, opcua = _free_port(), _free_port()
        engine = RunningEngine(f"http://127.0.0.1:{http}", f"opc.tcp://127.0.0.1:{opcua}/pde", folder / "data", log)
        process = subprocess.Popen(  # noqa: S603 - a fixed command
            [sys.executable, "-m", "engine_api.cli", "up", "--data", str(engine.data), "--http-port", str(http),
             "--opcua-port", str(opcua)],
            stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, env=_environment(settings),
            start_new_session=True,
        )  # fmt: skip
        try:
            _wait(engine, process)
        except BaseException:
            _end(process)
            if attempt < ATTEMPTS and "can't listen on" in _tail(log):
                continue
            raise
        return engine, process
    raise AssertionError  # the last attempt returns or raises


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(OWN_SETTINGS)} | dict(settings)


def _wait(engine: RunningEngine, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_WITHIN
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the engine ended with {process.returncode}:\n{_tail(engine.log)}")
        try:
            with opener.open(f"{engine.url}/readyz", timeout=2.0):
                return
        except OSError:
            time.sleep(POLL)  # a port that nobody listens on yet can only be asked again
    raise RuntimeError(f"the engine was not ready within {READY_WITHIN:g} s:\n{_tail(engine.log)}")


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-SHOWN:]


def _end(process: "subprocess.Popen[bytes]") -> None:
    """With SIGINT, as with Ctrl+C; its whole process group by force when that takes too long."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
