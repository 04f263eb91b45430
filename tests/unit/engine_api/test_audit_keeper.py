"""Stored entries stay in Redis for a while, so that who shows them as events may be behind; then they go."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import orjson
import pytest

from connections.audit import Audit, Entry, Wanted
from connections.bus import connect
from connections.migrations import migrate
from connections.records import Records
from connections.told import batch, names_of
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


async def test_a_batch_is_stored_as_one_entry_for_each_simulation(redis_url: str, audit: Audit) -> None:
    facts = {"what": "write", "user": "eva", "door": "opcua", "at": 5, "address": ""}
    values = np.array([1.0, 2.0, 3.0]).tobytes()
    message = batch(facts, names_of([("a-1", ["x", "y"]), ("a-2", ["x"])]), [1.0, 2.0], values, values)
    async with connect(redis_url) as bus:
        await bus.redis.xadd(TRAIL, {"m": b"\x01 of another version"}, id="9000-0")
        await bus.redis.xadd(TRAIL, {"m": message}, id="9001-0")
        keeping = asyncio.create_task(keep_audit(bus, audit, Live(1.0, Metrics())))
        try:

            async def stored() -> bool:
                return len(audit.find(Wanted())) == 2

            await until_async(stored, "both entries are stored")
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
    assert [(one.sim_id, one.new, one.simulation_time) for _, one in audit.find(Wanted())] == [
        ("a-2", {"x": 3.0}, 2.0), ("a-1", {"x": 1.0, "y": 2.0}, 1.0),
    ]  # fmt: skip
    assert audit.last_place() == "9001-0"
