"""The whole path with real parts: plant, OPC UA server, Telegraf, InfluxDB, Grafana's queries, backfill."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np
import pytest
from redis import Redis

from connections.historian.influx import Influx
from connections.historian.influx_client import InfluxClient
from connections.historian.sqlite import SqliteHistorian
from connections.historian.store import Series
from connections.redis_keys import FRAMES
from connections.settings import InfluxSettings
from plant import catalog
from plant.export.grafana import OVERVIEW, dashboard_uid
from plant.frames import Frame, Kind, pack
from plant.lifecycle import State
from plant.quality import Quality
from plant.tags import Tag
from tests.engine import Engine, run_engine
from tests.interop.child import Child
from tests.interop.grafana import Range, queries
from tests.interop.influxdb import InfluxDB
from tests.interop.telegraf import run_telegraf
from tests.waiting import until

BASE = Path(__file__).parents[2] / "telegraf" / "telegraf.conf"
ALL = 10**6
SECOND = 10**9
TICK = 100
UNCERTAIN = Quality.UNCERTAIN_LAST_USABLE_VALUE


@dataclass(frozen=True)
class Stack:
    """The running parts and both stores."""

    engine: Engine
    influxdb: InfluxDB
    record: SqliteHistorian
    influx: Influx
    client: InfluxClient
    folder: Path

    def telegraf(self) -> AbstractContextManager[Child]:
        """Telegraf as docker-compose.yml starts it, with its token in a file."""
        environment = {
            "INFLUX_URL": self.influxdb.url, "INFLUX_ORG": self.influxdb.org,
            "INFLUX_BUCKET": self.influxdb.bucket, "INFLUX_TOKEN": "@{secrets:PDE_INFLUX__TOKEN}",
        }  # fmt: skip
        (self.folder / "PDE_INFLUX__TOKEN").write_text(self.influxdb.token)
        secrets = self.folder / "secrets.conf"
        secrets.write_text(BASE.with_name("secrets.conf").read_text().replace("/run/secrets", str(self.folder)))
        return run_telegraf(self.folder, [BASE, secrets, f"{self.engine.http}/telegraf/opcua.conf"], environment, "1s")

    def start(self, model_id: str) -> str:
        answer = httpx.post(f"{self.engine.http}/api/models/{model_id}/start", json={}).raise_for_status()
        return str(answer.json()["sim_id"])

    def recorded(self, sim_id: str) -> int:
        """Wall time of the newest sample in the record, 0 before the first."""
        return self.record.extent(sim_id).last or 0

    def wait_for_samples(self, sim_id: str, count: int) -> None:
        target = self.record.extent(sim_id).count + count
        until(lambda: self.record.extent(sim_id).count >= target, f"{count} more samples of {sim_id}")

    def wait_for_points_after(self, sim_id: str, time: int) -> None:
        until(lambda: self.influx.count(sim_id, time), f"points of {sim_id} in InfluxDB", within=60)

    def missing(self, sim_id: str, start: int, end: int) -> int:
        """Samples of the record that InfluxDB lacks; fails where it has another value or quality at that time."""
        return sum(_missing(*self.both(sim_id, tag.name, start, end)) for tag in self.tags(sim_id))

    def both(self, sim_id: str, tag: str, start: int, end: int) -> tuple[Series, Series]:
        return (
            self.record.read_raw(sim_id, tag, start, end, ALL), self.influx.read_raw(sim_id, tag, start, end, ALL)
        )  # fmt: skip

    def tags(self, sim_id: str) -> tuple[Tag, ...]:
        return catalog.find(sim_id.rpartition("-")[0]).tags

    def backfill(self) -> str:
        environment = os.environ | {
            "PDE_DATA": str(self.engine.data), "PDE_INFLUX__URL": self.influxdb.url,
            "PDE_INFLUX__TOKEN": self.influxdb.token,
        }  # fmt: skip
        command = [sys.executable, "-m", "engine_api.cli", "historian", "backfill"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def _missing(ours: Series, theirs: Series) -> int:
    times = ours.wall_time // 100 * 100
    found, here, there = np.intersect1d(times, theirs.wall_time, return_indices=True)
    assert np.array_equal(ours.value[here], theirs.value[there], equal_nan=True), ours.tag
    assert np.array_equal(ours.status[here], theirs.status[there]), ours.tag
    return len(times) - len(found)


@pytest.fixture(scope="module")
def stack(influxdb: InfluxDB, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("historian")
    settings = InfluxSettings(url=influxdb.url, token=influxdb.token, org=influxdb.org, bucket=influxdb.bucket)
    with (
        run_engine(folder) as engine,
        SqliteHistorian(engine.data / "history.sqlite", read_only=True) as record,
        Influx(settings) as influx,
    ):
        client = InfluxClient(settings)
        yield Stack(engine, influxdb, record, influx, client, folder)
        client.close()


@pytest.mark.timeout(400)
def test_from_the_plant_to_grafana(stack: Stack) -> None:
    began = datetime.now(UTC)
    with stack.telegraf() as telegraf:
        first = stack.start("wood-berry")
        seen = _every_sample_arrives(stack, first)
        second, third = _others_appear_without_touching_telegraf(stack, telegraf)
        _bad_values_arrive_without_a_number(stack, third)
    _backfill_closes_the_gap(stack, first, seen)
    with stack.telegraf() as telegraf:
        _telegraf_goes_on(stack, first, telegraf)
        _the_end_of_a_simulation_is_uncertain(stack, second)
        _every_grafana_query_returns_data(stack, began, [first, second, third])


def _every_sample_arrives(stack: Stack, sim_id: str) -> int:
    """Values, qualities and source times equal the record's, from the first point on; answers its time."""
    stack.wait_for_points_after(sim_id, 0)
    seen = int(stack.influx.read_raw(sim_id, "reflux_flow", None, None, 1).wall_time[0]) + TICK
    stack.wait_for_samples(sim_id, 6)
    end = stack.recorded(sim_id)
    stack.wait_for_points_after(sim_id, end)
    assert stack.missing(sim_id, seen, end) == 0
    ours, _ = stack.both(sim_id, "distillate_methanol", seen, end)
    assert len(ours.value) >= 5
    assert not ours.status.any()
    return seen


def _others_appear_without_touching_telegraf(stack: Stack, telegraf: Child) -> tuple[str, str]:
    second, third = stack.start("quadruple-tank"), stack.start("ethylene-oxidation")
    for sim_id in (second, third):
        stack.wait_for_points_after(sim_id, 0)
    assert telegraf.running()
    return second, third


def _bad_values_arrive_without_a_number(stack: Stack, sim_id: str) -> None:
    """A worker of a later attempt reports that the equations gave no finite value."""
    count = len(stack.tags(sim_id))
    wall = stack.recorded(sim_id) + 3600 * SECOND
    status = np.full(count, Quality.BAD_OUT_OF_RANGE, np.uint32)
    frame = Frame(
        sim_id, Kind.SAMPLE, State.FAILED, 99, 1, ALL, 0, float(ALL), wall, 1.0, 0.0, np.full(count, np.nan), status
    )  # fmt: skip
    with Redis.from_url(stack.engine.redis_url) as redis:
        redis.xadd(FRAMES, {"b": pack([frame])})
    stack.wait_for_points_after(sim_id, wall // 100 * 100)
    tag = stack.tags(sim_id)[0].name
    _, theirs = stack.both(sim_id, tag, wall // 100 * 100, wall + 1)
    assert theirs.status.tolist() == [Quality.BAD_OUT_OF_RANGE]
    assert np.isnan(theirs.value[0])


def _backfill_closes_the_gap(stack: Stack, sim_id: str, seen: int) -> None:
    """Telegraf is away: what it misses is copied from the record, and copying again adds nothing."""
    stack.wait_for_samples(sim_id, 5)
    end = stack.recorded(sim_id)
    assert stack.missing(sim_id, seen, end) > 0
    assert " points of 3 simulations sent" in stack.backfill()
    assert stack.missing(sim_id, 0, end) == 0
    before = stack.influx.count(sim_id, None, end)
    stack.backfill()
    assert stack.influx.count(sim_id, None, end) == before


def _telegraf_goes_on(stack: Stack, sim_id: str, telegraf: Child) -> None:
    stack.backfill()
    newest = stack.recorded(sim_id)
    stack.wait_for_points_after(sim_id, newest + 1)
    stack.wait_for_samples(sim_id, 3)
    stack.backfill()
    assert stack.missing(sim_id, 0, stack.recorded(sim_id) - SECOND) == 0
    assert telegraf.running()


def _the_end_of_a_simulation_is_uncertain(stack: Stack, sim_id: str) -> None:
    stack.wait_for_points_after(sim_id, stack.recorded(sim_id))
    httpx.delete(f"{stack.engine.http}/api/sims/{sim_id}").raise_for_status()
    tag = stack.tags(sim_id)[0].name

    def newest() -> Series:
        return stack.influx.read_raw(sim_id, tag, None, None, 1, reverse=True)

    until(lambda: newest().status[0] == UNCERTAIN, "the newest point is Uncertain", within=20)
    last = stack.record.read_raw(sim_id, tag, None, None, 1, reverse=True)
    assert newest().value[0] == last.value[0]
    assert newest().wall_time[0] > last.wall_time[0]


def _every_grafana_query_returns_data(stack: Stack, began: datetime, sims: list[str]) -> None:
    tags = sorted({tag.name for sim_id in sims for tag in stack.tags(sim_id)})
    chosen = {"sim": sims, "tag": tags}
    models = sorted({sim_id.rpartition("-")[0] for sim_id in sims})
    for name in (OVERVIEW, *map(dashboard_uid, models)):
        for where, flux in queries(Range(began, datetime.now(UTC), 5.0, stack.influxdb.bucket, chosen), name):
            rows = stack.client.query(flux)
            assert any(row.get("_value") is not None for row in rows), f"{where} returns nothing:\n{flux}"
