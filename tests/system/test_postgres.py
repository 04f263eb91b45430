"""The whole engine on PostgreSQL: records live there, and nothing else changes."""

from pathlib import Path

import httpx

from connections.records import Records
from plant.lifecycle import State
from tests.engine import run_engine
from tests.postgres import run_postgres
from tests.waiting import until


def test_a_simulation_lives_and_ends_with_its_record_in_postgresql(tmp_path: Path) -> None:
    with run_postgres() as url, run_engine(tmp_path, PDE_DATABASE_URL=url) as engine:
        body = {"duration": 120, "speed": "max"}
        started = httpx.post(f"{engine.http}/api/models/quadruple-tank/start", json=body, timeout=10)
        assert started.status_code == 201, started.text
        sim_id = started.json()["sim_id"]
        records = Records(url)
        until(lambda: records.get(sim_id).status is State.FINISHED, "finished, says PostgreSQL")
        record = records.get(sim_id)
        records.close()
        assert (record.simulation_time, record.tick) == (120.0, 120)
        assert httpx.get(f"{engine.http}/api/sims/{sim_id}", timeout=10).json()["status"] == "finished"
        assert not (engine.data / "records.sqlite").exists()
