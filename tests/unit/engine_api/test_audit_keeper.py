"""Stored entries stay in Redis for a while, so that who shows them as events may be behind; then they go."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import orjson
import pytest

from connections.audit import Audit, Entry, Wanted
from connections.bus import connect
from connections.migrations import migrate
from connections.records import Records
from connections.trail import TRAIL
from engine_api.audit_keeper import keep_audit
from engine_api.live import Live
from engine_api.metrics import Metrics
from tests.waiting import until_async


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[Audit]:
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    migrate(url)
    with closing(Records(url)) as records:
        yield Audit(records)


async def test_what_is_stored_lingers_and_goes(redis_url: str, audit: Audit) -> None:
    moments = (1_000, 3_000, 7_000, 20_000, 24_000)
    async with connect(redis_url) as bus:
        keeping = asyncio.create_task(keep_audit(bus, audit, Live(1.0, Metrics())))
        try:
            for moment in moments:
                entry = orjson.dumps(Entry("write", "eva", "rest", at=moment))
                await bus.redis.xadd(TRAIL, {"m": entry}, id=f"{moment}-0")

                async def lingering(moment: int = moment) -> bool:
                    wanted = [f"{one}-0".encode() for one in moments if moment - 5_000 <= one <= moment]
                    return [place for place, _ in await bus.redis.xrange(TRAIL)] == wanted

                await until_async(lingering, f"what is at most 5 s older than {moment}")

            async def stored() -> bool:
                return [entry.at for _, entry in audit.find(Wanted())] == sorted(moments, reverse=True)

            await until_async(stored, "every entry is stored")
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
