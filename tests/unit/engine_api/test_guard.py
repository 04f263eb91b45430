"""The guard and the pages, on the real application without an engine behind it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from fastapi import FastAPI

from engine_api import guard, hmi
from engine_api.app import build_app
from engine_api.authentication import Authentication
from engine_api.bearer import Signer
from plant.access import User

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>HMI</title>")
    (tmp_path / "assets" / "index-abc.js").write_text("1")
    monkeypatch.setattr(hmi, "PLACES", (tmp_path,))
    return tmp_path


@pytest.fixture
async def client(dist: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(open_app()) as opened:
        yield opened


def open_app() -> FastAPI:
    """The application as on this machine: whoever gives no name is an engineer, and nobody else is known."""
    app = build_app()
    app.state.authentication = Authentication(None, Signer(b"k" * 32), None, User.ENGINEER, 5.0)  # type: ignore[arg-type]
    return app


def open_client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:8000")


async def test_the_page_is_asked_for_each_time(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", headers=BROWSER)
    assert (answer.status_code, answer.text) == (200, "<title>HMI</title>")
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/models/wood-berry", "/sims/wood-berry-7", "/any/wh%20ere%3Fx"])
async def test_a_browser_elsewhere_is_sent_to_the_page_of_that_name(client: httpx.AsyncClient, path: str) -> None:
    """The HMI keeps its addresses behind the #."""
    answer = await client.get(path, headers=BROWSER)
    assert answer.status_code == 307
    assert answer.headers["location"].startswith("/#/")
    assert unquote(answer.headers["location"]) == "/#" + unquote(path)


async def test_assets_are_immutable_and_missing_ones_are_missing(client: httpx.AsyncClient) -> None:
    there = await client.get("/assets/index-abc.js")
    assert there.headers["cache-control"] == "public, max-age=31536000, immutable"
    missing = await client.get("/assets/gone.js", headers=BROWSER)
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2fetc%2fpasswd"])
async def test_nothing_outside_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert "root:" not in (await client.get(path)).text


async def test_pages_that_are_not_built_say_so(client: httpx.AsyncClient, dist: Path) -> None:
    (dist / "index.html").unlink()
    answer = await client.get("/", headers=BROWSER)
    assert answer.status_code == 404
    assert "not built" in answer.json()["detail"]


async def test_unexpected_failures_are_problems_that_tell_nothing() -> None:
    app = open_app()

    @app.get("/api-broken")
    async def broken() -> None:
        raise RuntimeError("the secret is swordfish")

    app.router.routes.insert(0, app.router.routes.pop())
    async with open_client(app) as client:
        answer = await client.get("/api-broken")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["trace_id"] in answer.json()["detail"]
    assert "swordfish" not in answer.text
    assert "RuntimeError" not in answer.text


async def test_a_body_that_dribbles_is_408(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_WITHIN", 0.05)

    async def dribble() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.01)

    answer = await client.post("/simulation", content=dribble())
    assert (answer.status_code, answer.json()["title"]) == (408, "Too slow")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]", ""])
async def test_other_hosts_are_refused(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/healthz", headers={"Host": host})).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:8000", "LOCALHOST"])
async def test_this_machine_is_welcome(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/healthz", headers={"Host": host})).status_code == 200


async def test_engines_for_everybody_take_any_host() -> None:
    async with open_client(build_app(only_loopback=False)) as client:
        assert (await client.get("/healthz", headers={"Host": "plant.example"})).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost:3000"},
     {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
async def test_foreign_pages_change_nothing(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    for method in ("POST", "DELETE", "PUT", "PATCH"):
        assert (await client.request(method, "/api/sims/x", headers=headers)).status_code == 403
