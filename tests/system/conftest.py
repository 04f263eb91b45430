"""Fixtures of the system tests: one engine for each module that asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine import Engine, run_engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("engine")
    with run_engine(folder) as running:
        yield running
