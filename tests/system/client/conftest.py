"""Fixtures of the client's tests: one engine for all of them, started as the pytest plugin starts it."""

from collections.abc import Iterator

import pytest

from process_dynamics_engine import Engine
from process_dynamics_engine.engine_process import RunningEngine, running_engine


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    with running_engine(tmp_path_factory.mktemp("engine")) as started:
        yield started


@pytest.fixture(scope="package")
def engine(running: RunningEngine) -> Iterator[Engine]:
    with Engine(running.url) as opened:
        yield opened
