"""How the door treats callers it does not know well: rates, other origins, compressed bodies, old tokens."""

import gzip
import math
import time

import httpx
import pytest
from fastapi import FastAPI

from engine_api.app import build_app
from engine_api.authentication import Authentication
from engine_api.bearer import Claims, Signer
from engine_api.limits import MOST_CALLERS, Limits
from plant.access import User
from plant.errors import NotSignedIn, TooMany

SITE = "https://hmi.example"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def open_client(app: FastAPI, address: str = "192.0.2.1") -> httpx.AsyncClient:
    app.state.authentication = Authentication(None, Signer(b"k" * 32), None, User.ENGINEER, 5.0)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://localhost:8000")


async def test_who_asks_too_often_waits_and_others_do_not() -> None:
    clock = Clock()
    app = build_app(limits=Limits(2.0, 3, clock))
    async with open_client(app) as hasty, open_client(app, "192.0.2.2") as other:
        codes = [(await hasty.get("/api/none")).status_code for _ in range(4)]
        assert codes == [404, 404, 404, 429]
        refused = await hasty.get("/api/none")
        assert (refused.headers["retry-after"], refused.json()["title"]) == ("1", "Too many")
        assert (await hasty.get("/healthz")).status_code == 200, "whoever watches over the engine is never refused"
        assert (await other.get("/api/none")).status_code == 404
        clock.now = 1.0
        assert [(await hasty.get("/api/none")).status_code for _ in range(3)] == [404, 404, 429]


def test_a_million_addresses_cost_no_memory() -> None:
    clock = Clock()
    limits = Limits(1.0, 1, clock)
    for number in range(3 * MOST_CALLERS):
        limits.take(str(number))
    assert len(limits._buckets) <= MOST_CALLERS
    limits.take("again")
    with pytest.raises(TooMany):
        limits.take("again")
    none = Limits(math.inf, 1)
    for _ in range(10):
        none.take("x")


@pytest.mark.parametrize("origin", [SITE, "https://evil.example", "null"])
async def test_no_other_origin_may_read_by_default(origin: str) -> None:
    async with open_client(build_app()) as client:
        answer = await client.get("/healthz", headers={"Origin": origin})
        assert not [name for name in answer.headers if name.startswith("access-control")]
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        preflight = await client.options("/simulation", headers=asked)
        assert preflight.status_code >= 400
        assert (await client.post("/simulation", json={}, headers={"Origin": origin})).status_code == 403


async def test_a_named_origin_may_and_no_other_one() -> None:
    async with open_client(build_app(origins=[SITE])) as client:
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "Authorization, If-Match"}
        preflight = await client.options("/simulation", headers={"Origin": SITE, **asked})
        assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, SITE)
        answer = await client.get("/healthz", headers={"Origin": SITE})
        assert "X-Total-Count" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers, "sessions are not shared with other sites"
        assert (await client.delete("/api/none", headers={"Origin": SITE})).status_code == 404
        for foreign in ("https://evil.example", f"{SITE}.evil.example", "null"):
            answer = await client.get("/healthz", headers={"Origin": foreign})
            assert "access-control-allow-origin" not in answer.headers
            assert (await client.delete("/api/none", headers={"Origin": foreign})).status_code == 403


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, gzip", "identity, gzip"])
async def test_compressed_bodies_are_not_unpacked(coding: str) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    async with open_client(build_app()) as client:
        answer = await client.post("/simulation", content=bomb, headers={"Content-Encoding": coding})
    assert (answer.status_code, answer.json()["title"]) == (415, "Unsupported media type")


async def test_405_tells_what_the_address_takes() -> None:
    async with open_client(build_app()) as client:
        for method, path, allowed in (
            ("PUT", "/api/sims/x/reflux_flow", "GET, POST"), ("DELETE", "/api/sims/x/pause", "POST"),
            ("TRACE", "/api/sims/x", "DELETE, GET"), ("PATCH", "/machines", "GET"), ("PUT", "/api/models", "GET, POST"),
        ):  # fmt: skip
            answer = await client.request(method, path)
            assert (answer.status_code, answer.headers.get("allow")) == (405, allowed), (method, path)


def test_a_token_that_is_over_or_not_yet_is_none() -> None:
    signer, now = Signer(b"k" * 32), time.time()
    assert signer.read(signer.access(Claims("eva", "1", now + 60), now)).user == "eva"
    for claims, since in ((Claims("eva", "1", now - 1), now - 60), (Claims("eva", "1", now + 7200), now + 3600)):
        with pytest.raises(NotSignedIn, match=r"is over|is not valid"):
            signer.read(signer.access(claims, since))
    for other in (Signer(b"o" * 32).access(Claims("eva", "1", now + 60), now), signer.refresh("1", 1), "x" * 100_000):
        with pytest.raises(NotSignedIn):
            signer.read(other)
