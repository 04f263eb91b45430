"""The foreign parts of the interoperability tests: where each one is built, and what to do where it is not."""

import os
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts" / "parts"
BUILD_WITHIN = 600.0


def built(name: str) -> Path:
    """Return the folder of a part that takes minutes to build: tests use it where it is built, they do not build it."""
    folder = Path(_script(name, "--path"))
    if not folder.is_dir():
        unavailable(f"{name} is not built here; scripts/parts/{name} builds it")
    return folder


def built_now(name: str) -> Path:
    """Return the folder of a part that takes seconds to build, building it the first time."""
    return Path(_script(name))


def unavailable(reason: str) -> NoReturn:
    """Skip the test for `reason`; where every part is required (`PDE_REQUIRE_ALL=1`, as in CI), fail it."""
    if os.environ.get("PDE_REQUIRE_ALL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _script(name: str, *arguments: str) -> str:
    done = subprocess.run(
        [SCRIPTS / name, *arguments], capture_output=True, text=True, timeout=BUILD_WITHIN, check=False
    )
    if done.returncode != 0:
        unavailable(f"scripts/parts/{name} failed: {done.stderr.strip()[-2000:]}")
    return done.stdout.strip()
