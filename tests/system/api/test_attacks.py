"""Attacks that need no credentials: fields that are nobody's business, injected paths and headers, floods."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.engine import Engine

OTHERS = {
    "owner": "root", "status": "finished", "version": 99, "epoch": 7, "sim_id": "mine-1", "machine_state": "drained",
    "created_at": "2020-01-01T00:00:00Z", "node_id": "ns=0;i=1", "attempts": -1, "__class__": "x", "number": 5,
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_mass_assignment(client: httpx.Client, sim: dict[str, Any], name: str) -> None:
    path, field = f"/api/sims/{sim['sim_id']}", {name: OTHERS[name]}
    before = client.get("/api/sims/all").json()["total"]
    for where, body in (
        ("/api/models/wood-berry/start", {}), (f"{path}/reflux_flow", {"value": 3.9}), (f"{path}/speed", {"speed": 2}),
        (f"{path}/snapshots", {"name": "x"}), (f"{path}/branch", {}),
        (f"{path}/faults", {"tag": "bottoms_methanol", "kind": "bias", "size": 1}), (f"{path}/pause", {}),
    ):  # fmt: skip
        answer = client.post(where, json={**body, **field})
        assert answer.status_code == 422, (where, answer.text)
        assert f"{name} is not known here" in answer.json()["detail"] or "name" in field
    assert client.get("/api/models/wood-berry/start", params={name: "1"}).status_code == 422
    record = client.get(path).json()
    assert (record["status"], record["speed"], record["sharing"], record["owner"]) == ("running", 1, "open", None)
    assert client.get("/api/sims/all").json()["total"] == before


def test_a_run_keeps_the_engines_own_status_and_dates(client: httpx.Client) -> None:
    body = {
        "simulation_id": 700, "name": "x", "machine_id": 7, "machine": {"machine_id": 7, "name": "Seven"},
        "status": "finished", "creation_date": "1999-01-01T00:00:00Z", "update_date": "1999-01-01T00:00:00Z",
        "duration": 10,
    }  # fmt: skip
    assert client.post("/simulation", json=body).json() == {"id": 700, "status": "pending"}
    assert client.get("/simulation/700").json()["creation_date"] > "2020"


@pytest.mark.parametrize(
    "path",
    [
        "/api/sims/..%2f..%2frecords.sqlite", "/api/models/..%2f..%2fpyproject.toml", "/api/models/../../etc/passwd",
        "/api/models/%2e%2e%2f%2e%2e%2fetc%2fpasswd/nodeset", "/docs/assets/..%2f..%2f..%2fetc%2fpasswd",
        "/docs/assets/%2e%2e/%2e%2e/__init__.py", "//etc/passwd", "/api/sims/a%0d%0aSet-Cookie:%20x=1",
        "/api/sims/%00", "/api/sims/x/..%5c..%5cboot.ini", "/api/audit/../users", "/;/api/sims/all",
    ],
)  # fmt: skip
def test_injected_paths_lead_nowhere(engine: Engine, path: str) -> None:
    answer = raw(engine, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] in (b"400", b"404", b"307", b"422"), answer[:500]
    assert b"set-cookie" not in head.lower()
    assert b"root:" not in body
    assert b"SQLite format" not in body


@pytest.mark.parametrize(
    "line",
    [
        "X-Request-ID: a\r\n Set-Cookie: x=1", "X-Request-ID: a\x00b", "X-Request-ID: %0d%0aSet-Cookie:%20x=1",
        "Idempotency-Key: a\rSet-Cookie: x=1", "If-Match: \x0b", "Authorization: Bearer a\tb", "Host: a\r\nHost: b",
        "Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: -1", "Transfer-Encoding: gzip",
    ],
)  # fmt: skip
def test_injected_headers_come_back_nowhere(engine: Engine, line: str) -> None:
    head = f"GET /api/sims/none HTTP/1.1\r\nHost: localhost\r\n{line}\r\nConnection: close\r\n\r\n"
    answer = raw(engine, head.encode("latin-1"))
    assert b"set-cookie" not in answer.partition(b"\r\n\r\n")[0].lower()
    assert answer.split()[1:2] in ([b"400"], [b"401"], [b"404"], [b"408"], [b"413"], [b"421"], [b"422"]), answer[:300]
    assert httpx.get(f"{engine.http}/healthz").status_code == 200


def raw(engine: Engine, request: bytes) -> bytes:
    """What the engine answers to these bytes, until it closes."""
    address = urlsplit(engine.http)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=30) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        return b"".join(parts)


def test_connections_that_say_nothing_hold_up_nobody(engine: Engine, client: httpx.Client) -> None:
    address = urlsplit(engine.http)
    silent = [socket.create_connection((address.hostname or "", address.port or 0), timeout=10) for _ in range(200)]
    try:
        for number, connection in enumerate(silent):
            connection.sendall(b"POST /simulation HTTP/1.1\r\nHost: localhost\r\nContent-Len"[: 1 + number % 60])
        began = time.monotonic()
        assert client.get("/api/sims/all").status_code == 200
        assert time.monotonic() - began < 10
    finally:
        for connection in silent:
            connection.close()


def test_a_thousand_wrong_keys_are_a_thousand_refusals(engine: Engine, client: httpx.Client) -> None:
    with ThreadPoolExecutor(20) as pool:
        codes = set(
            pool.map(lambda n: client.get("/api/me", headers={"X-API-Key": f"pde_{n:016x}_x"}).status_code, range(1000))
        )
    assert codes == {401}
    assert client.get("/api/me").status_code == 200
