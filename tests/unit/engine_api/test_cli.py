"""`pde`: it loads what a command needs when that command runs, and lists them all without."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from engine_api.cli import app
from engine_api.commands.lazy import COMMANDS, loaded

SERVER_PARTS = ("fastapi", "sqlalchemy", "asyncua", "redis", "rq", "alembic", "uvicorn", "httpx")
IN_A_FRESH_PROCESS = """
import sys
from typer.testing import CliRunner
from engine_api.cli import app
result = CliRunner().invoke(app, sys.argv[2:])
assert result.exit_code == 0, result.output
print(*[name for name in sys.argv[1].split(",") if name in sys.modules])
"""


def in_use(names: tuple[str, ...], *arguments: str) -> str:
    command = [sys.executable, "-c", IN_A_FRESH_PROCESS, ",".join(names), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_help_loads_no_part_of_a_server_and_no_compiler() -> None:
    assert in_use((*SERVER_PARTS, "numba", "scipy", "plant.catalog"), "--help") == ""


def test_a_simulation_without_a_server_loads_no_part_of_one() -> None:
    assert in_use(SERVER_PARTS, "simulate", "dc-motor", "--until", "1") == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_listed_as_it_is(name: str) -> None:
    command = loaded(name)
    assert (command.name, (command.help or "").splitlines()[0]) == (name, COMMANDS[name].help)
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0
    assert f"pde {name}" in shown.output or f"root {name}" in shown.output


def test_an_unknown_command_is_told_with_what_is_meant() -> None:
    refused = CliRunner().invoke(app, ["simulat"])
    assert refused.exit_code == 2
    assert "simulate" in refused.output
