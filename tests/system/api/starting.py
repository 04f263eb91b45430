"""Start a simulation over REST and wait until it shows values."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.waiting import until


@contextmanager
def started(client: httpx.Client, model: str = "wood-berry", **body: Any) -> Iterator[dict[str, Any]]:
    answer = client.post(f"/api/models/{model}/start", json=body)
    assert answer.status_code == 201, answer.text
    simulation: dict[str, Any] = answer.json()
    path = f"/api/sims/{simulation['sim_id']}"
    try:
        until(lambda: shows(client, path), f"{path} shows values")
        yield simulation
    finally:
        client.delete(path)


def shows(client: httpx.Client, path: str) -> bool:
    return all(tag["quality"] == "Good" for tag in client.get(f"{path}/all").json()["tags"])
