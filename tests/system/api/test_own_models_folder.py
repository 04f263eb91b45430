"""A models folder with good and broken files: every process knows the good ones, nothing stops for the others."""

import shutil
from pathlib import Path

import httpx

from engine_api.model_templates import TEMPLATES
from tests.engine import run_engine
from tests.system.api.starting import started
from tests.waiting import until

EXAMPLE = (Path(__file__).parents[3] / "examples" / "mixing-tank.yaml").read_text()


def test_a_models_folder(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "tank.yaml").write_text(EXAMPLE)
    (folder / "mine.py").write_text(TEMPLATES["python"].replace("NEW-MODEL", "mine"))
    (folder / "broken.py").write_text("1 / 0")
    with run_engine(tmp_path, PDE_MODELS_FOLDER=str(folder)) as engine, httpx.Client(base_url=engine.http) as client:
        assert {"mine", "mixing-tank"} <= {model["id"] for model in client.get("/api/models/").json()["models"]}
        with started(client, "mine", inputs={"inflow": 0.8}) as simulation:
            path = f"/api/sims/{simulation['sim_id']}"
            until(lambda: client.get(f"{path}/level").json()["value"] > 1.1, "the level rises")
        assert client.delete("/api/models/mine").status_code == 403
        upload = client.post("/api/models", content=EXAMPLE.encode(), headers={"Content-Type": "application/yaml"})
        assert upload.status_code == 409
        assert "of this installation" in upload.json()["detail"]
    assert "ZeroDivisionError" in (tmp_path / "engine.log").read_text()


def test_uploaded_models_outlive_engine_and_redis(tmp_path: Path) -> None:
    """After a restart with an empty Redis the model is offered, its simulation runs on a worker again."""
    with run_engine(tmp_path) as engine, httpx.Client(base_url=engine.http, timeout=30) as client:
        upload = client.post("/api/models", content=EXAMPLE.encode(), headers={"Content-Type": "application/yaml"})
        assert upload.status_code == 201, upload.text
        started_one = client.post("/api/models/mixing-tank/start", json={}).json()
        path = f"/api/sims/{started_one['sim_id']}"
        until(lambda: client.get(path).json()["status"] == "running", "it runs")
    shutil.rmtree(tmp_path / "data" / "redis")
    with run_engine(tmp_path) as engine, httpx.Client(base_url=engine.http, timeout=30) as client:
        assert client.get("/api/models/mixing-tank").status_code == 200
        until(lambda: client.get(f"{path}/level").json()["quality"] == "Good", "a worker runs it again")
        assert client.delete(path).status_code == 200
        assert client.delete("/api/models/mixing-tank").status_code == 200
