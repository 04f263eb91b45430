"""The foreign servers themselves: before a test trusts them with our points, they show that they keep their own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from influxdb_client import InfluxDBClient, Point
from influxdb_client.client.write_api import SYNCHRONOUS

from tests.interop.influxdb import InfluxDB
from tests.interop.telegraf import run_telegraf
from tests.waiting import until

WHEN = datetime(2026, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)

CONFIG = """
[agent]
  interval = "200ms"
  flush_interval = "200ms"
[[inputs.internal]]
[[outputs.influxdb_v2]]
  urls = ["${INFLUX_URL}"]
  token = "${INFLUX_TOKEN}"
  organization = "${INFLUX_ORG}"
  bucket = "${INFLUX_BUCKET}"
"""


@pytest.fixture
def client(influxdb: InfluxDB) -> Iterator[InfluxDBClient]:
    with InfluxDBClient(influxdb.url, influxdb.token, org=influxdb.org) as client:
        yield client


def test_influxdb_returns_the_point_that_it_was_given(influxdb: InfluxDB, client: InfluxDBClient) -> None:
    point = Point("m").tag("tag", "t").field("value", 1.25).time(WHEN)
    client.write_api(SYNCHRONOUS).write(influxdb.bucket, record=point)

    (table,) = client.query_api().query(
        f'from(bucket: "{influxdb.bucket}") |> range(start: 2026-01-02) |> filter(fn: (r) => r._measurement == "m")'
    )
    (record,) = table.records
    assert (record.values["tag"], record.get_value(), record.get_time()) == ("t", 1.25, WHEN)


def test_telegraf_sends_its_own_metrics_to_influxdb(influxdb: InfluxDB, client: InfluxDBClient, tmp_path: Path) -> None:
    config = tmp_path / "telegraf.conf"
    config.write_text(CONFIG)
    environment = {
        "INFLUX_URL": influxdb.url,
        "INFLUX_TOKEN": influxdb.token,
        "INFLUX_ORG": influxdb.org,
        "INFLUX_BUCKET": influxdb.bucket,
    }
    query = (
        f'from(bucket: "{influxdb.bucket}") |> range(start: -1m)'
        ' |> filter(fn: (r) => r._measurement == "internal_agent" and r._field == "metrics_gathered")'
    )
    with run_telegraf(tmp_path, [config], environment) as telegraf:
        until(lambda: telegraf.running() and client.query_api().query(query), "a metric of Telegraf is in InfluxDB")
    (table,) = client.query_api().query(query)
    assert table.records[0].values["version"] == "1.39.1"
    assert telegraf.process.returncode == 0
