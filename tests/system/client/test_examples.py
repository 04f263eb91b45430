"""Every example runs, as a user runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from process_dynamics_engine.engine_process import RunningEngine

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_it_runs(name: str, running: RunningEngine) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / name],
        env=os.environ | {"PDE_URL": running.url}, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout
