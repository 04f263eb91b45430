"""The pytest plugin in a project of a user's: its fixture is a real engine, and nothing is left of it."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import psutil

CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def pde_settings():
    return {"PDE_WORKERS": "1"}
"""
TEST = """
def test_my_controller(pde):
    with pde.start("dc-motor", speed=10) as motor:
        motor["voltage"] = 6.0
        assert motor.wait(until=5, timeout=60)["shaft_speed"] > 0

def test_the_engine_is_the_same(pde):
    assert [one.model_id for one in pde.simulations()] == ["dc-motor"]
"""


def engines() -> set[int]:
    return {one.pid for one in psutil.process_iter(["cmdline"]) if "engine_api.cli" in (one.info["cmdline"] or [])}


def test_a_users_own_test(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_mine.py").write_text(TEST)
    before = engines()
    loaded = [point for point in entry_points(group="pytest11") if point.name == "pde"]
    plugin = [] if loaded else ["-p", "process_dynamics_engine.pytest_plugin"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "-p", "no:asyncio",
         "--basetemp", tmp_path / "temp", *plugin, "."],
        cwd=tmp_path, capture_output=True, text=True, timeout=115, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    mine = engines() - before
    assert not [pid for pid in mine if str(tmp_path) in " ".join(psutil.Process(pid).cmdline())]
