"""The bench of the worker tests."""

from collections.abc import Iterator

import pytest

from tests.hosting import Bench, open_bench


@pytest.fixture
def bench(redis_url: str) -> Iterator[Bench]:
    with open_bench(redis_url) as opened:
        yield opened
