"""`pde up` as a user meets it: a clear word when it can't start, nothing left when it ends, parts that come back."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from engine_api.ports import free_port
from tests.engine import Engine, run_engine
from tests.waiting import until


def pde(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "engine_api.cli", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=os.environ | environment
    )


@pytest.mark.parametrize(("option", "other"), [("--http-port", "--opcua-port"), ("--opcua-port", "--http-port")])
def test_a_taken_port_is_named_with_its_holder_and_the_option(tmp_path: Path, option: str, other: str) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        answer = pde("up", "--data", str(tmp_path), option, str(taken), other, str(free_port("127.0.0.1")))
    assert answer.returncode == 2
    assert f"127.0.0.1:{taken}" in answer.stderr
    assert f"(process {os.getpid()})" in answer.stderr
    assert option in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_another_address_than_this_machine_is_refused_without_an_administrator(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    answer = pde("up", "--data", data, "--http-port", "0", "--opcua-port", "0", PDE_HTTP__HOST="0.0.0.0")
    assert answer.returncode == 2
    assert "pde users add NAME admin" in answer.stderr
    assert "--insecure" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_wrong_settings_are_all_named() -> None:
    answer = pde("up", PDE_WORKERS="many", PDE_HTTP__PORT="99999")
    assert answer.returncode == 2
    assert "PDE_WORKERS" in answer.stderr
    assert "PDE_HTTP__PORT" in answer.stderr


def test_a_worker_refuses_what_is_no_redis() -> None:
    answer = pde("worker", "--redis", "localhost:6379")
    assert answer.returncode == 2
    assert "PDE_REDIS_URL" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_doctor_checks_what_is_needed(tmp_path: Path) -> None:
    ports = {"PDE_HTTP__PORT": str(free_port("127.0.0.1")), "PDE_OPCUA__PORT": str(free_port("127.0.0.1"))}
    answer = pde("doctor", PDE_DATA=str(tmp_path), COLUMNS="200", **ports)
    assert answer.returncode == 0, answer.stdout
    assert "20 start and step" in answer.stdout


def test_doctor_says_what_is_missing(tmp_path: Path) -> None:
    answer = pde(
        "doctor", PDE_DATA=str(tmp_path), PDE_REDIS_URL=f"redis://127.0.0.1:{free_port('127.0.0.1')}", COLUMNS="200"
    )
    assert answer.returncode == 1
    assert "PROBLEM" in answer.stdout


def test_a_part_that_dies_comes_back(tmp_path: Path) -> None:
    with run_engine(tmp_path) as engine:
        for module in ("opcua_server", "engine_api", "workers"):
            (victim,) = engine.running(module)
            victim.kill()
            until(lambda v=victim, m=module: engine.running(m) not in ([], [v]), f"{module} runs again")
            until(lambda: ready(engine), f"the engine is ready again after {module} died")


def ready(engine: Engine) -> bool:
    try:
        return httpx.get(f"{engine.http}/readyz", timeout=2.0).is_success
    except httpx.TransportError:
        return False
