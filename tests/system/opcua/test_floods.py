"""Floods of costly requests: the event loop never works for long without a pause, and the server ends in time."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from redis.asyncio import Redis

from benchmarks.opcua.turns import STRETCH_BOUNDS
from connections.redis_keys import OPCUA_MEASURES
from tests.system.opcua.attacks import ATTACKS, under
from tests.system.opcua.rig import END_WITHIN, Served, prepared, serving
from tests.waiting import until_async

LONGEST, NEARLY_ALL = 0.15, 0.04
"""Seconds of the loop's own processor time, several times what is found: no stretch, and hardly any, is longer."""
LENGTHS = np.array((*STRETCH_BOUNDS, 60.0))
COMPUTED, HELD = 2.0, 10_000
"""Seconds for which the loop has to have computed in a test; monitored items that have to be there."""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that measures how long its loop works without a pause."""
    with (
        prepared(tmp_path_factory.mktemp("floods")) as settings,
        serving(settings, ("benchmarks.opcua.raised", "turns")) as running,
    ):
        yield running


@asynccontextmanager
async def told(served: Served) -> AsyncIterator[Redis]:
    """Where the server tells its measures."""
    async with Redis.from_url(str(served.settings.redis_url)) as redis:
        yield redis


async def measures(redis: Redis) -> dict[str, Any]:
    return dict(json.loads(await redis.get(OPCUA_MEASURES) or "{}"))


async def stretches(redis: Redis) -> NDArray[np.int64]:
    """How many there were of each of the `LENGTHS` since the server began."""
    told = (await measures(redis)).get("lag", {}).get("stretches")
    return np.array(told or np.zeros(len(LENGTHS)), np.int64)


@pytest.mark.parametrize(
    "name", ["flood of connections", "flood of items", "tiny intervals", "largest requests", "others' subscriptions"]
)
async def test_the_loop_never_works_for_long_without_a_pause(measured: Served, name: str) -> None:
    spent = np.zeros(len(LENGTHS))
    async with told(measured) as redis, under(ATTACKS[name], measured.url):
        before = await stretches(redis)

        async def enough() -> bool:
            spent[:] = (await stretches(redis) - before) * LENGTHS
            return bool(spent.sum() > COMPUTED)

        await until_async(enough, "the loop has computed for long enough", 60)
    assert spent[LENGTHS > LONGEST].sum() == 0
    assert spent[LENGTHS > NEARLY_ALL].sum() < 0.01 * spent.sum() + LONGEST


async def test_the_server_ends_in_time_under_a_flood_of_items(tmp_path: Path) -> None:
    with prepared(tmp_path) as settings, serving(settings) as served:
        async with under(ATTACKS["flood of items"], served.url), told(served) as redis:

            async def full() -> bool:
                return int((await measures(redis)).get("items", 0)) >= HELD

            await until_async(full, f"{HELD} items are monitored", 60)
            served.process.send_signal(signal.SIGTERM)
            begun = time.monotonic()
            assert await asyncio.to_thread(served.process.wait, 2 * END_WITHIN) == 0
            assert time.monotonic() - begun < END_WITHIN
