"""The record copied to a real InfluxDB: identical points however often, and every Grafana query finds them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from connections.historian.backfill import backfill
from connections.historian.influx import Influx
from connections.historian.influx_client import InfluxClient
from connections.historian.line_protocol import series_key
from connections.historian.sqlite import SqliteHistorian
from connections.settings import InfluxSettings
from plant import catalog
from plant.errors import Unavailable, UnknownName
from plant.export.grafana import OVERVIEW, dashboard_uid
from plant.frames import Frame, Kind
from plant.lifecycle import State
from plant.quality import Quality
from tests.interop.grafana import Range, queries
from tests.interop.influxdb import InfluxDB

SECOND = 1_000_000_000
SAMPLES = 60
SIMS = {f"{model_id}-{number}": model_id for number, model_id in enumerate(catalog.MODELS, 1)}
FIRST = next(iter(SIMS))
BAD, UNCERTAIN = 7, 8


def frames(start: int) -> Iterator[Frame]:
    """A minute of every model at odd nanoseconds; sample 7 is Bad, sample 8 Uncertain, sample 30 is missing."""
    rng = np.random.default_rng(7)
    for tick in range(SAMPLES):
        for sim_id, model_id in SIMS.items():
            count = len(catalog.find(model_id).tags)
            code = {BAD: Quality.BAD_OUT_OF_RANGE, UNCERTAIN: Quality.UNCERTAIN_LAST_USABLE_VALUE}.get(tick)
            status = None if code is None else np.full(count, code, np.uint32)
            wall = start + tick * SECOND + int(rng.integers(SECOND // 2))
            if tick != 30:
                yield Frame(
                    sim_id, Kind.SAMPLE, State.RUNNING, 1, tick, tick, 0, float(tick), wall, 1.0, 0.0,
                    rng.normal(size=count) * 10.0 ** rng.integers(-12, 12), status,
                )  # fmt: skip


@pytest.fixture(scope="module")
def start() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=SAMPLES + 30)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory, start: datetime) -> Iterator[SqliteHistorian]:
    file = tmp_path_factory.mktemp("record") / "data" / "history.sqlite"
    with SqliteHistorian(file) as opened:
        opened.append(list(frames(int(start.timestamp()) * SECOND)), SIMS, "1-0")
        yield opened


@pytest.fixture(scope="module")
def settings(influxdb: InfluxDB) -> InfluxSettings:
    return InfluxSettings(url=influxdb.url, token=influxdb.token, org=influxdb.org, bucket=influxdb.bucket)


@pytest.fixture(scope="module")
def influx(settings: InfluxSettings) -> Iterator[Influx]:
    with Influx(settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def filled(record: SqliteHistorian, influx: Influx) -> SqliteHistorian:
    copied = backfill(record, influx)
    influx.write([f"internal_agent metrics_gathered=1i {record.extent(FIRST).last}"])  # Telegraf's canary
    tags = sum(len(catalog.find(model_id).tags) for model_id in SIMS.values())
    assert (copied.simulations, copied.points, copied.refusals) == (len(SIMS), tags * (SAMPLES - 1), [])
    return record


@pytest.mark.parametrize("sim_id", SIMS)
def test_every_sample_comes_back_as_recorded(filled: SqliteHistorian, influx: Influx, sim_id: str) -> None:
    for tag in catalog.find(SIMS[sim_id]).tags:
        ours = filled.read_raw(sim_id, tag.name, None, None, 10**6)
        theirs = influx.read_raw(sim_id, tag.name, None, None, 10**6)
        real = ours.status != Quality.BAD_DATA_LOST
        assert np.array_equal(theirs.wall_time, ours.wall_time[real] // 100 * 100)
        assert np.array_equal(theirs.value, ours.value[real], equal_nan=True)
        assert np.array_equal(theirs.status, ours.status[real])
        assert np.isnan(theirs.value[BAD])
        assert theirs.status[UNCERTAIN] == Quality.UNCERTAIN_LAST_USABLE_VALUE


def test_a_second_backfill_adds_nothing(filled: SqliteHistorian, influx: Influx) -> None:
    before = {sim_id: influx.count(sim_id) for sim_id in SIMS}
    backfill(filled, influx, [FIRST])
    assert {sim_id: influx.count(sim_id) for sim_id in SIMS} == before


def test_limits_and_order(filled: SqliteHistorian, influx: Influx) -> None:
    whole = influx.read_raw(FIRST, "reflux_flow", None, None, 10**6)
    newest = influx.read_raw(FIRST, "reflux_flow", None, int(whole.wall_time[50]), 10, reverse=True)
    assert newest.more
    assert newest.wall_time.tolist() == whole.wall_time[49:39:-1].tolist()
    assert len(influx.read_thinned(FIRST, "reflux_flow", None, None, 10).value) < 20


def test_series_carry_model_simulation_tag_and_unit(filled: SqliteHistorian, settings: InfluxSettings) -> None:
    client = InfluxClient(settings)
    points = f'from(bucket: "{settings.bucket}") |> range(start: -1h) |> filter(fn: (r) => r._measurement == "pde")'
    rows = client.query(f"{points} |> last()")
    client.close()
    found = {
        ("pde", row["model"], row["sim"], row["tag"], row.get("unit") or "")
        for row in rows
    }  # fmt: skip
    wanted = {
        ("pde", entry.model_id, entry.sim_id, tag, unit)
        for entry in filled.simulations()
        for tag, unit in zip(entry.tags, entry.units, strict=True)
    }
    assert found == wanted
    entry = filled.simulations()[0]
    assert series_key(entry, "reflux_flow") == f"pde,model=wood-berry,sim={FIRST},tag=reflux_flow,unit=lb/min"


@pytest.mark.parametrize("name", [OVERVIEW, *map(dashboard_uid, catalog.MODELS)])
def test_every_grafana_query_returns_data(
    filled: SqliteHistorian, settings: InfluxSettings, start: datetime, name: str
) -> None:
    models = [catalog.find(m) for m in SIMS.values() if name in (OVERVIEW, dashboard_uid(m))]
    tags = sorted({tag.name for model in models for tag in model.tags})
    stop = start + timedelta(seconds=SAMPLES + 5)
    shown = Range(start, stop, 5.0, settings.bucket, {"sim": list(SIMS), "tag": tags})
    client = InfluxClient(settings)
    for where, flux in queries(shown, name):
        rows = client.query(flux)
        assert any(row.get("_value") is not None for row in rows), f"{where} returns nothing:\n{flux}"
    client.close()


def test_spikes_survive_in_the_trend_panels(filled: SqliteHistorian, settings: InfluxSettings, start: datetime) -> None:
    tag = catalog.find(SIMS[FIRST]).tags[0].name
    shown = Range(start, start + timedelta(hours=1), 600.0, settings.bucket, {"sim": [FIRST], "tag": [tag]})
    flux = dict(queries(shown, OVERVIEW))[f"{OVERVIEW}: Tags chosen"]
    client = InfluxClient(settings)
    values = [row["_value"] for row in client.query(flux)]
    client.close()
    ours = filled.read_raw(FIRST, tag, None, None, 10**6).value
    assert len(values) <= 4
    assert (min(values), max(values)) == (np.nanmin(ours), np.nanmax(ours))


def test_the_command_fills_a_range_and_tells_what_it_did(
    filled: SqliteHistorian, settings: InfluxSettings, record: SqliteHistorian
) -> None:
    data = record._reader._path.parent

    def pde(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "engine_api.cli", "historian", *arguments]
        influx = {"PDE_INFLUX__URL": str(settings.url), "PDE_INFLUX__TOKEN": str(settings.token)}
        environment = os.environ | influx | {"PDE_DATA": str(data)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    done = pde("backfill", "--sim", FIRST, "--start", "2026-01-01")
    tags = len(catalog.find(SIMS[FIRST]).tags)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"{tags * (SAMPLES - 1)} points of 1 simulations sent"
    status = pde("status")
    assert status.returncode == 0, status.stderr
    assert FIRST in status.stdout
    for wrong, cause in (
        (["--sim", "nobody-9"], "the record holds no simulation 'nobody-9'"),
        (["--start", "yesterday"], "--start = 'yesterday' is not a time"),
        (["--url", "http://127.0.0.1:1"], "does not answer"),
    ):
        refused = pde("backfill", *wrong)
        assert refused.returncode == 2
        assert cause in refused.stderr


def test_errors_say_what_is_wrong(record: SqliteHistorian, settings: InfluxSettings) -> None:
    with pytest.raises(Unavailable, match="PDE_INFLUX__URL and PDE_INFLUX__TOKEN"):
        Influx(InfluxSettings())
    with Influx(settings.model_copy(update={"token": "wrong"})) as refused:
        with pytest.raises(Unavailable, match="answers 401"):
            backfill(record, refused)
        with pytest.raises(UnknownName):
            backfill(record, refused, ["nobody-9"])
    with Influx(settings.model_copy(update={"bucket": "missing"})) as refused, pytest.raises(Unavailable, match="404"):
        backfill(record, refused)
