"""What operators and machines ask of the engine: health, metrics, Telegraf, pages, an orderly end."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from connections.migrations import migrate
from engine_api.ports import free_port
from tests.engine import Engine
from tests.system.api.starting import started
from tests.waiting import until


def test_health_readiness_and_metrics(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    parts = client.get("/readyz").json()["parts"]
    assert set(parts) == {"redis", "database", "opcua_server", "worker"}
    with started(client):
        text = client.get("/metrics").text
    assert 'pde_simulations{state="running"} 1.0' in text
    for name in ("pde_http_requests_total", "pde_frames_total", "pde_live_clients", "pde_lease_take_overs_total"):
        assert name in text
    assert "pde_workers 1.0" in text


def test_the_log_is_one_object_a_line(engine: Engine, client: httpx.Client) -> None:
    with started(client) as simulation:
        sim_id = simulation["sim_id"]

        def told() -> list[dict[str, object]]:
            lines = (engine.data.parent / "engine.log").read_text().splitlines()
            return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

        until(lambda: any(one.get("sim_id") == sim_id for one in told()), "the worker tells that it hosts it")
    for one in told():
        assert {"event", "process", "level", "timestamp"} <= one.keys()
    assert {"engine_api", "worker", "opcua_server"} >= {one["process"] for one in told()} >= {"worker"}


def test_system_names_what_runs(engine: Engine, client: httpx.Client) -> None:
    system = client.get("/api/system").json()
    assert (system["opcua_endpoint"], system["capacity"]) == (engine.opcua, 250)
    assert system["machines"][0]["workers"] == 1


def test_telegraf_follows_the_simulations_but_not_hastily(client: httpx.Client) -> None:
    path = "/telegraf/opcua.conf"
    before = client.get(path)
    with started(client) as simulation:
        tag = f"{simulation['sim_id']}.reflux_flow"
        until(lambda: tag in client.get(path).text, "the new simulation is listed", 12)
        after = client.get(path)
        head = client.head(path)
        assert head.status_code == 200
        assert head.headers["last-modified"] == after.headers["last-modified"]
        assert head.content == b""
        changed = parsedate_to_datetime(after.headers["last-modified"])
        assert (changed - parsedate_to_datetime(before.headers["last-modified"])).total_seconds() >= 5
        assert "token" not in after.text.lower()
    assert client.get(path).text == after.text


def test_pages_and_api_carry_security_headers(client: httpx.Client) -> None:
    for path in ("/", "/docs", "/api/models/", "/api/nope"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_docs_need_no_other_host(client: httpx.Client, page: str) -> None:
    text = client.get(page).text
    addresses = re.findall(r'(?:src|href|spec-url)="([^"]*)"', text)
    assert len(addresses) >= 2
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    for path in (*addresses, "/openapi.json"):
        assert client.get(path).status_code == 200, path
    assert client.get("/openapi.json").json()["openapi"].startswith("3.1")


def run(folder: Path, redis_url: str, **environment: str) -> subprocess.Popen[str]:
    variables = {"PDE_DATA": str(folder), "PDE_REDIS_URL": redis_url, **environment}
    return subprocess.Popen(
        [sys.executable, "-m", "engine_api"], env=os.environ | variables, stderr=subprocess.PIPE, text=True
    )


def test_readiness_says_what_is_missing_and_sigterm_ends(tmp_path: Path, redis_url: str) -> None:
    migrate(f"sqlite:///{tmp_path / 'records.sqlite'}")
    port = free_port("127.0.0.1")
    with run(tmp_path, redis_url, PDE_HTTP__PORT=str(port)) as process:
        answers: list[httpx.Response] = []

        def answered() -> bool:
            try:
                answers.append(httpx.get(f"http://127.0.0.1:{port}/readyz"))
            except httpx.TransportError:
                return False
            return True

        until(answered, "the engine listens", 60)
        assert answers[0].status_code == 503
        assert answers[0].json()["detail"] == "the OPC UA server is not ready; no worker is running"
        refused = httpx.post(f"http://127.0.0.1:{port}/api/models/wood-berry/start", json={})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.json()["type"].endswith(":no-capacity")
        waiting = httpx.post(f"http://127.0.0.1:{port}/api/models/wood-berry/start", json={"wait": True})
        assert (waiting.json()["status"], waiting.json()["queue_position"]) == ("queued", 1)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - asked < 5


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_other_hosts_are_refused_without_consent(tmp_path: Path, redis_url: str, host: str) -> None:
    migrate(f"sqlite:///{tmp_path / 'records.sqlite'}")
    with run(tmp_path, redis_url, PDE_HTTP__HOST=host) as process:
        assert process.wait(60) == 1
        assert process.stderr is not None
        assert "opens the plant to the network" in process.stderr.read()
