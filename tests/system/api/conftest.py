"""Fixtures of the API's tests: a client of a whole engine."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.engine import Engine
from tests.system.api.starting import started


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=engine.http, timeout=60.0) as opened:
        yield opened


@pytest.fixture
def sim(client: httpx.Client) -> Iterator[dict[str, Any]]:
    """A running Wood-Berry column with values, stopped after the test."""
    with started(client) as simulation:
        yield simulation
