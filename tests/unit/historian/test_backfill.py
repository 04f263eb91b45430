"""Backfill against an InfluxDB that refuses, stumbles or is away: bounded, isolated, told."""

import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import numpy as np
import pytest

from connections.historian.backfill import LINES_PER_BATCH, backfill
from connections.historian.influx import Influx
from connections.historian.influx_client import RETRIES
from connections.historian.line_protocol import lines, series_key
from connections.historian.sqlite import SqliteHistorian
from connections.historian.store import Series
from connections.settings import InfluxSettings
from engine_api.ports import free_port
from plant.errors import Unavailable
from plant.models.wood_berry import MODEL
from plant.quality import Quality
from tests.unit.historian.frames import MODELS, SECOND, SIM, START, sample

pytest.importorskip("influxdb_client")


class Door(BaseHTTPRequestHandler):
    """Answers writes with the statuses that `statuses` holds for their tag, one after another, then 204."""

    statuses: ClassVar[dict[str, list[int]]] = {}
    bodies: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        text = gzip.decompress(body).decode() if self.headers["Content-Encoding"] == "gzip" else body.decode()
        tag = text.partition("tag=")[2].partition(",")[0].partition(" ")[0]
        left = self.statuses.get(tag, [])
        status = left.pop(0) if left else 204
        if status == 204:
            self.bodies.append(text)
        answer = b'{"code": "x", "message": "told so"}' if status != 204 else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        if status == 503:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def influx() -> Iterator[Influx]:
    Door.statuses.clear()
    Door.bodies.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        with Influx(InfluxSettings(url=f"http://127.0.0.1:{server.server_port}", token="t")) as client:
            yield client
        server.shutdown()
        thread.join()


@pytest.fixture
def record(tmp_path: Path) -> Iterator[SqliteHistorian]:
    with SqliteHistorian(tmp_path / "history.sqlite") as opened:
        opened.append([sample(tick, tick / 3) for tick in range(20)], MODELS, "1-0")
        yield opened


def test_everything_is_sent_once(record: SqliteHistorian, influx: Influx) -> None:
    copied = backfill(record, influx)
    sent = [line for body in Door.bodies for line in body.splitlines()]
    assert len(sent) == len(set(sent)) == copied.points == 20 * len(MODEL.tags)
    assert (
        f"pde,model=wood-berry,sim={SIM},tag=steam_flow,unit=lb/min quality=0i,value=1.0 {START + 3 * SECOND}" in sent
    )


def test_a_range_is_sent_without_its_end(record: SqliteHistorian, influx: Influx) -> None:
    copied = backfill(record, influx, [SIM], START + 5 * SECOND, START + 8 * SECOND)
    assert copied.points == 3 * len(MODEL.tags)


def test_more_samples_than_a_batch_takes(tmp_path: Path, influx: Influx) -> None:
    count = LINES_PER_BATCH + 10
    with SqliteHistorian(tmp_path / "long.sqlite") as record:
        record.append([sample(tick) for tick in range(count)], MODELS, "1-0")
        assert backfill(record, influx).points == count * len(MODEL.tags)
    assert len(Door.bodies) == 2 * len(MODEL.tags)


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_batch_is_told_and_the_rest_goes_on(record: SqliteHistorian, influx: Influx, status: int) -> None:
    Door.statuses["steam_flow"] = [status]
    copied = backfill(record, influx)
    assert copied.refusals == [f"{SIM}: InfluxDB refuses: told so"]
    assert len(Door.bodies) == len(MODEL.tags) - 1


def test_a_server_that_stumbles_is_asked_again(record: SqliteHistorian, influx: Influx) -> None:
    Door.statuses["steam_flow"] = [503, 500, 429]
    assert backfill(record, influx).refusals == []
    assert len(Door.bodies) == len(MODEL.tags)


def test_a_server_that_stays_ill_is_given_up(record: SqliteHistorian, influx: Influx) -> None:
    Door.statuses["reflux_flow"] = [503] * (RETRIES + 1)
    with pytest.raises(Unavailable, match="503"):
        backfill(record, influx)
    assert Door.bodies == []


def test_a_wrong_token_is_not_tried_again(record: SqliteHistorian, influx: Influx) -> None:
    Door.statuses["reflux_flow"] = [401] * 9
    with pytest.raises(Unavailable, match="answers 401: told so"):
        backfill(record, influx)
    assert len(Door.statuses["reflux_flow"]) == 8


def test_lines_of_every_quality(record: SqliteHistorian) -> None:
    (entry,) = record.simulations()
    status = [0, Quality.UNCERTAIN_LAST_USABLE_VALUE, Quality.BAD_OUT_OF_RANGE, Quality.BAD_DATA_LOST]
    time = START + np.arange(4) * SECOND + 199
    value = np.array([1e-300, -2.5, np.nan, np.nan])
    series = Series("steam_flow", time, np.zeros(4), value, np.array(status, np.uint32))
    key = series_key(entry, "steam_flow")
    assert list(lines(entry, series)) == [
        f"{key} quality=0i,value=1e-300 {START + 100}",
        f"{key} quality=1083179008i,value=-2.5 {START + SECOND + 100}",
        f"{key} quality=2151415808i {START + 2 * SECOND + 100}",
    ]


def test_nobody_listens(record: SqliteHistorian, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connections.historian.influx_client.RETRIES", 0)
    settings = InfluxSettings(url=f"http://127.0.0.1:{free_port('127.0.0.1')}", token="t")
    with Influx(settings) as away, pytest.raises(Unavailable, match="does not answer"):
        backfill(record, away)
