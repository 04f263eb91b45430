"""Fixtures for every test: a real Redis of its own."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from connections.redis_server import embedded_redis


@pytest.fixture
def redis_url() -> Iterator[str]:
    """URL of an empty Redis on a private unix socket, gone after the test."""
    with TemporaryDirectory(prefix="pde-", ignore_cleanup_errors=True) as folder, embedded_redis(Path(folder)) as url:
        yield url
