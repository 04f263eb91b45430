"""`pde status`: what is in the records and in Redis, on a terminal and as JSON."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from redis import Redis
from rich.console import Console
from typer.testing import CliRunner, Result

from connections.migrations import migrate
from connections.records import Records
from connections.redis_keys import WORKERS, worker_key
from connections.settings import Settings
from connections.tails import PUBLISHED
from engine_api.cli import app
from engine_api.commands.status import MOST_SHOWN, shown
from engine_api.status import Status
from tests.unit.connections.test_records import record
from tests.waiting import until


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


def test_on_a_terminal_it_follows_and_fits(folder: Path) -> None:
    """On 12 lines of 100 characters: every id whole, what has no room counted; Ctrl+C ends it in good order."""
    migrate(Settings().sql_url)
    with closing(Records(Settings().sql_url)) as records:
        sim_ids = [records.create(record(model_id="tennessee-eastman")).sim_id for _ in range(9)]
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 100, 0, 0))
        command = [sys.executable, "-m", "engine_api.cli", "status"]
        told = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        with subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=told | {"TERM": "xterm"}
        ) as follower:
            os.close(theirs)
            try:
                first = screen_with(ours, "more: pde status --json")
                records.change(sim_ids[0], speed=50.0)
                then = screen_with(ours, "50x")
                follower.send_signal(signal.SIGINT)
                screen_with(ours, "\x1b[?1049l")
            except BaseException:
                follower.kill()
                raise
        os.close(ours)
    assert follower.returncode == 0
    for seen in (first, then):
        assert seen.startswith("Process Dynamics Engine")
        whole = [one for one in sim_ids if one in seen]
        assert whole == sim_ids[: len(whole)]
        assert 3 < len(whole) < 9
        assert f"and {9 - len(whole)} more" in seen
        assert "Owner" not in seen


def screen_with(terminal: int, text: str) -> str:
    """What a terminal shows, whole, as soon as this is on it."""
    came = ""

    def there() -> bool:
        nonlocal came
        if select.select([terminal], [], [], 0.1)[0]:
            came += os.read(terminal, 65_536).decode(errors="replace")
        return text in came.rpartition("\x1b[H")[2]

    until(there, f"{text!r} on the terminal")
    return re.sub(r"\x1b\[[\d;?]*[a-z]", "", came.rpartition("\x1b[H")[2])


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
