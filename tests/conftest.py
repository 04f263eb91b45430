"""What holds for every test: a real Redis of its own where it asks for one, and nothing left behind."""

import asyncio
import inspect
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from connections.redis_server import embedded_redis

HERE = Path(__file__).parent
PURE = {"unit", "contract", "numerics"}
TURNS = 10
"""Turns of the event loop that a cancelled task gets to end."""


def pytest_configure() -> None:
    """Let every process that a test starts heed Ctrl+C: whoever runs the tests in the background has them ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `PDE_SECOND_CHANCE=1` (a shared, busy machine) what waits for real processes may fail once."""
    if os.environ.get("PDE_SECOND_CHANCE") == "1":
        for item in items:
            if not PURE & set(item.path.relative_to(HERE).parts):
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture
def redis_url() -> Iterator[str]:
    """URL of an empty Redis on a private unix socket, gone after the test."""
    with TemporaryDirectory(prefix="pde-", ignore_cleanup_errors=True) as folder, embedded_redis(Path(folder)) as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def _no_process_left() -> Iterator[None]:
    """Fail at the end when a process that a test started still runs."""
    yield
    left = [child for child in psutil.Process().children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]
    assert not left, f"processes left behind: {left}"


@pytest.fixture(autouse=True)
def _clean(request: pytest.FixtureRequest) -> None:
    """Watch every asynchronous test; set up first, so that it looks when every other fixture has ended."""
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        request.getfixturevalue("_no_task_left")


@pytest.fixture
async def _no_task_left() -> AsyncIterator[None]:
    """Fail when a task that the test or its fixtures started still runs."""
    before = asyncio.all_tasks()
    yield
    for _ in range(TURNS):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not left, f"tasks left behind: {left}"
