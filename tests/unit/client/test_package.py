"""The package: the synchronous half is made of the asynchronous one, and nobody pays for what he does not use."""

import subprocess
import sys
from pathlib import Path

import pytest

import process_dynamics_engine

ROOT = Path(__file__).parents[3]


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_synchronous_client_is_fresh() -> None:
    assert run("scripts/client", "--check").stdout == ""


def test_the_pytest_plugin_imports_nothing_of_weight() -> None:
    heavy = "{'httpx', 'websockets', 'numpy', 'plant', 'pandas', 'gymnasium', 'connections', 'engine_api'}"
    done = run("-c", f"import sys, process_dynamics_engine.pytest_plugin; print({heavy} & set(sys.modules))")
    assert done.stdout == "set()\n", done.stderr


def test_the_client_imports_no_models_and_no_tables() -> None:
    heavy = "{'numpy', 'plant', 'pandas', 'gymnasium', 'connections', 'engine_api', 'pydantic'}"
    done = run("-c", f"import sys; from process_dynamics_engine import Engine; print({heavy} & set(sys.modules))")
    assert done.stdout == "set()\n", done.stderr


def test_every_name_is_there_and_no_other() -> None:
    assert all(getattr(process_dynamics_engine, name) for name in process_dynamics_engine.__all__)
    assert set(process_dynamics_engine.__all__) <= set(dir(process_dynamics_engine))
    with pytest.raises(AttributeError, match="no attribute 'Motor'"):
        process_dynamics_engine.Motor  # noqa: B018


def test_environments_without_gymnasium_say_what_to_do() -> None:
    done = run("-c", "import sys; sys.modules['gymnasium'] = None; import process_dynamics_engine.gym")
    assert "pip install 'process-dynamics-engine[rl]'" in done.stderr
