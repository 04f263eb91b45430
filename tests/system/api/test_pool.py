"""`pde up --workers auto`: the pool grows with what waits, shrinks when it has gone, and says 503 when it is full."""

from pathlib import Path

import httpx

from tests.engine import run_engine
from tests.waiting import until

SETTINGS = {
    "PDE_WORKERS": "auto", "PDE_MOST_WORKERS": "2", "PDE_WORKER__SLOTS": "1", "PDE_RETIRE_WORKERS": "1.0",
    "PDE_WORKER__LEASE": "2.0", "PDE_WORKER__RENEWAL": "0.4", "PDE_WORKER__FENCE": "1.4",
}  # fmt: skip


def test_it_grows_and_shrinks(tmp_path: Path) -> None:
    with run_engine(tmp_path, **SETTINGS) as engine, httpx.Client(base_url=engine.http, timeout=30.0) as client:
        assert len(engine.running("workers")) == 1
        paths = [client.post("/api/models/wood-berry/start", json={}).json()["links"]["self"] for _ in range(2)]
        refused = client.post("/api/models/wood-berry/start", json={})
        assert (refused.status_code, refused.json()["detail"][:25]) == (503, "all 2 slots are in use; s")
        until(lambda: all(client.get(path).json()["status"] == "running" for path in paths), "both run", 40)
        assert len(engine.running("workers")) == 2
        for path in paths:
            client.delete(path)
        until(lambda: len(engine.running("workers")) == 1, "one has gone", 40)
        assert client.get("/readyz").status_code == 200
