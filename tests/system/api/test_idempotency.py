"""Idempotency-Key and If-Match on a real engine: once, answered the same, and only by one of many (F14)."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from redis import Redis

from tests.engine import Engine
from tests.waiting import until


def post(client: httpx.Client, path: str, key: str, body: Any = None) -> httpx.Response:
    return client.post(path, json={} if body is None else body, headers={"Idempotency-Key": key})


def test_two_starts_and_fifty_make_one_simulation_and_redis_may_forget(engine: Engine, client: httpx.Client) -> None:
    path, body = "/api/models/wood-berry/start", {"name": "Once", "duration": 60}
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: post(client, path, "start-1", body), range(20)))
    codes = {answer.status_code for answer in answers}
    assert codes <= {201, 409}
    with Redis.from_url(engine.redis_url) as redis:
        redis.delete(*redis.keys("pde:key:*"), *redis.keys("pde:start:*"), "pde:none")
    again = [post(client, path, "start-1", body) for _ in range(2)]
    first = next(answer for answer in answers if answer.status_code == 201)
    assert [(a.status_code, a.content, a.headers["etag"]) for a in again] == 2 * [
        (201, first.content, first.headers["etag"])
    ]
    assert again[0].headers["idempotency-replayed"] == "true"
    named = [s for s in client.get("/api/sims/all").json()["simulations"] if s["name"] == "Once"]
    assert len(named) == 1
    other = post(client, path, "start-1", {**body, "duration": 61})
    assert (other.status_code, other.json()["type"].split(":")[-1]) == (422, "invalid-value")


def test_actions_and_commands_are_done_once(client: httpx.Client, sim: dict[str, Any]) -> None:
    path = f"/api/sims/{sim['sim_id']}"
    body = {"actions": [{"tag": "reflux_flow", "value": 2.2}]}
    first, second = (post(client, f"{path}/actions", "a", body) for _ in range(2))
    assert first.status_code == 200, first.text
    assert first.content == second.content
    paused = [post(client, f"{path}/pause", "p") for _ in range(2)]
    assert [answer.status_code for answer in paused] == [200, 200]
    assert client.post(f"{path}/pause", json={}).status_code == 409
    tick = client.get(path).json()["tick"]
    for _ in range(3):
        assert post(client, f"{path}/step", "s", {"steps": 2}).status_code == 200
    until(lambda: client.get(path).json()["tick"] == tick + 2, "two steps")
    made = client.get(f"{path}/actions").json()["actions"]
    assert [action["command"] for action in made] == ["step", "pause", None]
    assert post(client, f"{path}/step", "s", {"steps": 3}).status_code == 422


def test_a_refused_request_leaves_its_key_free(client: httpx.Client, sim: dict[str, Any]) -> None:
    path = f"/api/sims/{sim['sim_id']}/reflux_flow"
    assert post(client, path, "k", {"value": 99}).status_code == 422
    assert post(client, path, "k", {"value": 2.0}).status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_keys_that_are_none(client: httpx.Client, key: str) -> None:
    assert post(client, "/api/models/wood-berry/start", key).status_code == 422


def test_of_fifty_changes_of_one_version_one_is_made(client: httpx.Client, sim: dict[str, Any]) -> None:
    path = f"/api/sims/{sim['sim_id']}"
    seen = client.get(path).headers["etag"]

    def change(speed: int) -> int:
        return client.post(f"{path}/speed", json={"speed": speed}, headers={"If-Match": seen}).status_code

    with ThreadPoolExecutor(25) as pool:
        codes = list(pool.map(change, range(1, 51)))
    assert (codes.count(200), codes.count(412)) == (1, 49)


def test_a_killed_engine_leaves_nothing_half_done(engine: Engine, client: httpx.Client) -> None:
    """F24: whatever the moment, the request sent again with its key is done once."""
    (process,) = engine.running("engine_api")
    with ThreadPoolExecutor(1) as pool:
        started = pool.submit(_insist, engine.http, "Killed")
        time.sleep(0.008)  # a moment within the request is the point, whichever it is
        process.kill()
        answer = started.result()
    path = f"/api/sims/{answer['sim_id']}"
    named = [s for s in client.get("/api/sims/all").json()["simulations"] if s["name"] == "Killed"]
    assert [s["sim_id"] for s in named] == [answer["sim_id"]]
    until(lambda: client.get(path).json()["status"] == "running", "it runs")
    client.delete(path)


def _insist(address: str, name: str) -> dict[str, Any]:
    """Send the same start until it is answered."""
    answers: list[httpx.Response] = []

    def answered() -> bool:
        try:
            answers.append(
                httpx.post(f"{address}/api/models/wood-berry/start", json={"name": name, "wait": True},
                           headers={"Idempotency-Key": name}, timeout=5.0)
            )  # fmt: skip
        except httpx.TransportError:
            return False
        assert answers[-1].status_code in (201, 409, 503), answers[-1].text
        return answers[-1].status_code == 201

    until(answered, "the start is answered", 60)
    content: dict[str, Any] = answers[-1].json()
    return content
