"""`pde backup` of an engine at work, `pde restore` elsewhere: the simulation goes on, with the value last written."""

import subprocess
import sys
from pathlib import Path

import httpx

from tests.engine import Engine, run_engine
from tests.waiting import until


def pde(*arguments: object) -> str:
    command = [sys.executable, "-m", "engine_api.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def record(engine: Engine, sim_id: str) -> dict[str, object]:
    answer: dict[str, object] = httpx.get(f"{engine.http}/api/sims/{sim_id}", timeout=10).raise_for_status().json()
    return answer


def test_a_simulation_goes_on_from_a_backup(tmp_path: Path) -> None:
    archive, elsewhere = tmp_path / "all.tar.gz", tmp_path / "elsewhere"
    quick = {"PDE_WORKER__CHECKPOINT": "0.5", "PDE_COPIES": "0.5"}
    with run_engine(tmp_path, **quick) as engine:
        started = httpx.post(f"{engine.http}/api/models/quadruple-tank/start", json={"speed": 100}, timeout=10)
        sim_id = started.raise_for_status().json()["sim_id"]
        until(lambda: record(engine, sim_id)["tick"] > 300, "copied to the records several times")
        tank = httpx.post(f"{engine.http}/api/sims/{sim_id}/pump_1_voltage", json={"value": 4.5}, timeout=10)
        assert tank.status_code == 200, tank.text
        accepted = int(str(record(engine, sim_id)["tick"]))
        until(lambda: record(engine, sim_id)["tick"] > accepted + 300, "the action is in a checkpoint")
        assert "records.sqlite" not in pde("backup", archive, "--data", engine.data)
    elsewhere.mkdir()
    assert "files" in pde("restore", archive, "--data", elsewhere / "data")
    with run_engine(elsewhere, **quick) as restored:
        until(lambda: record(restored, sim_id)["tick"] > accepted + 300, "it goes on where it was")
        assert record(restored, sim_id)["status"] == "running"
        value = httpx.get(f"{restored.http}/api/sims/{sim_id}/pump_1_voltage", timeout=10).json()
        assert value["value"] == 4.5
