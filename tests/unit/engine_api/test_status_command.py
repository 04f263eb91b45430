"""`pde status`: what is in the records and in Redis, on a terminal and as JSON."""

import json
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from redis import Redis
from rich.console import Console
from typer.testing import CliRunner, Result

from connections.bus import WORKERS, worker_key
from connections.migrations import migrate
from connections.records import Records
from connections.settings import Settings
from connections.tails import PUBLISHED
from engine_api.cli import app
from engine_api.commands.status import MOST_SHOWN, shown
from engine_api.status import Status
from tests.unit.connections.test_records import record


@pytest.fixture
def folder(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PDE_DATA", str(tmp_path))
    monkeypatch.setenv("PDE_REDIS_URL", redis_url)
    return tmp_path


def status(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["status", *arguments])


def test_it_shows_what_there_is(folder: Path, redis_url: str) -> None:
    url = Settings().sql_url
    migrate(url)
    with closing(Records(url)) as records:
        sim_id = records.create(record()).sim_id
    beat = {
        "name": "w1",
        "machine": "m7",
        "machine_name": "seven",
        "slots": 250,
        "hosted": 3,
        "heartbeat": 0,
        "load": 1,
    }
    with Redis.from_url(redis_url) as redis:
        redis.sadd(WORKERS, "w1")
        redis.hset(worker_key("w1"), mapping=beat)
        redis.hset(PUBLISHED, sim_id, "1 125 0")
        redis.pexpire(worker_key("w1"), 60_000)
    text = status("--once").output
    assert sim_id in text
    assert "machine m7: 1 workers, 3 of 250 slots" in text
    assert "the OPC UA server is not ready" in text
    told = json.loads(status("--json").output)
    assert [one["sim_id"] for one in told["simulations"]] == [sim_id]
    assert told["simulations"][0]["simulation_time"] == 125.0
    assert told["machines"] == [{"machine": "m7", "workers": 1, "draining": False, "hosted": 3, "slots": 250}]


def test_without_redis_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDE_DATA", str(tmp_path))
    monkeypatch.setenv("PDE_REDIS_URL", f"unix://{tmp_path}/none.sock")
    answer = status("--once")
    assert answer.exit_code == 2
    assert "Redis does not answer" in answer.output


def test_names_are_not_taken_for_orders_and_long_lists_end() -> None:
    one = {
        "sim_id": "s", "status": "running", "owner": "[red]eva", "simulation_time": 3661.5, "speed": 2.0,
        "overruns": 0, "worker": None, "attempts": 1, "lease_age": 0.5, "cause": None,
    }  # fmt: skip
    found = Status("1", "opc.tcp://h", [], 0, {"running": 50}, [one] * 50, ["Redis has not answered for 5 s"])
    console = Console(width=140, record=True, file=StringIO())
    console.print(shown(found))
    text = console.export_text()
    assert "[red]eva" in text
    assert "1:01:01" in text
    assert f"and {50 - MOST_SHOWN} more" in text
    assert "ALERT: Redis has not answered for 5 s" in text
