"""What holds for every test: a real Redis of its own where it asks for one, and nothing left behind."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import pytest

from connections.redis_server import embedded_redis

TURNS = 10
"""Turns of the event loop that a cancelled task gets to end."""


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every asynchronous test fails when it leaves a task behind."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.obj = _leaving_no_task(item.obj)


def _leaving_no_task(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @wraps(test)
    async def guarded(*arguments: Any, **named: Any) -> None:
        before = asyncio.all_tasks()
        await test(*arguments, **named)
        for _ in range(TURNS):
            await asyncio.sleep(0)
        left = asyncio.all_tasks() - before
        assert not left, f"tasks left behind: {left}"

    return guarded
