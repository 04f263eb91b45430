"""Own models in a running engine: uploaded, started, seen by REST and OPC UA, replaced, removed; bad files refused."""

import asyncio
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from asyncua import Client, ua
from lxml import etree

from tests.engine import Engine
from tests.system.api.starting import started
from tests.unit.connections.fmus import fmu
from tests.waiting import until, until_async

EXAMPLE = (Path(__file__).parents[3] / "examples" / "mixing-tank.yaml").read_bytes()
YAML = {"Content-Type": "application/yaml"}


@pytest.fixture
def tank(client: httpx.Client) -> Iterator[dict[str, Any]]:
    """The example, uploaded."""
    answer = client.post("/api/models", content=EXAMPLE, headers=YAML)
    assert answer.status_code == 201, answer.text
    yield answer.json()
    client.delete("/api/models/mixing-tank")


def small(model_id: str, **changes: Any) -> dict[str, Any]:
    document = {
        "id": model_id, "name": "Small", "description": "One lag", "sample_time": 0.2,
        "tags": [
            {"name": "valve", "role": "input", "unit": "%", "low": 0, "high": 100, "nominal": 50},
            {"name": "flow", "role": "output", "unit": "kg/s", "low": 0, "high": 10, "nominal": 5},
        ],
        "transfer_functions": [{"from": "valve", "to": "flow", "gain": 0.1, "time_constants": 0.5}],
    }  # fmt: skip
    return document | changes


def test_an_uploaded_model_is_like_any_other(client: httpx.Client, tank: dict[str, Any]) -> None:
    assert tank["kind"] == "own"
    assert tank["id"] in [model["id"] for model in client.get("/api/models/").json()["models"]]
    with started(client, "mixing-tank", start="closed-loop") as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        written = client.post(f"{path}/level_setpoint", json={"value": 60})
        assert written.status_code == 200, written.text
        assert client.get(f"{path}/level_setpoint").json()["value"] == 60
        until(lambda: client.get(f"{path}/level").json()["value"] > 50.0, "the level follows its setpoint")
        refused = client.delete("/api/models/mixing-tank")
        assert refused.status_code == 409
        assert simulation["sim_id"] in refused.json()["detail"]


def test_its_nodeset_and_its_page(client: httpx.Client, tank: dict[str, Any]) -> None:
    nodes = client.get("/api/models/mixing-tank/nodeset")
    names = [node.get("BrowseName") for node in etree.fromstring(nodes.content)]
    assert "1:MixingTankType" in names
    assert "1:outlet_temperature_setpoint" in names
    page = client.get(tank["links"]["documentation"])
    assert page.headers["content-type"].startswith("text/markdown")
    for words in ("# Mixing tank", "exp(-pipe_dead_time s)", "| `level` |", "high_level_trip"):
        assert words in page.text


async def test_it_appears_in_the_running_opcua_server(
    engine: Engine, client: httpx.Client, tank: dict[str, Any]
) -> None:
    with started(client, "mixing-tank") as simulation:
        async with Client(engine.opcua) as opcua:
            node = opcua.get_node(f"ns=2;s={simulation['sim_id']}.level")
            assert await node.read_value() == pytest.approx(50.0)
            kind = opcua.get_node(await opcua.get_node(f"ns=2;s={simulation['sim_id']}").read_type_definition())
            assert (await kind.read_browse_name()).Name == "MixingTankType"
            below = [(await child.read_browse_name()).Name for child in await kind.get_children()]
            assert {"level", "level_setpoint", "high_level_trip"} <= set(below)
            folder = opcua.get_node("ns=2;s=Simulations")
            assert "mixing-tank" in [(await child.read_browse_name()).Name for child in await folder.get_children()]
            await opcua.get_node(f"ns=2;s={simulation['sim_id']}.hot_flow").write_value(25.0, ua.VariantType.Double)


async def test_its_folder_goes_with_it(engine: Engine, client: httpx.Client) -> None:
    async def shown(wanted: bool) -> bool:
        folder = opcua.get_node("ns=2;s=Simulations")
        names = {child.BrowseName.Name for child in await folder.get_children_descriptions()}
        return ("coming-and-going" in names) is wanted

    async with Client(engine.opcua) as opcua:
        for name, present in (("upload", True), ("remove", False)):
            await asyncio.to_thread(_upload_or_remove, client, name)
            await until_async(partial(shown, present), f"folder shown: {present}", 5)
        kind = opcua.get_node("ns=3;s=ComingAndGoingType")
        with pytest.raises(ua.UaStatusCodeError):
            await kind.read_browse_name()


def _upload_or_remove(client: httpx.Client, which: str) -> None:
    if which == "upload":
        assert client.post("/api/models", json=small("coming-and-going")).status_code == 201
    else:
        assert client.delete("/api/models/coming-and-going").status_code == 200


def test_forms_and_json_are_taken_too(client: httpx.Client) -> None:
    form = client.post("/api/models", files={"file": ("small.yaml", json.dumps(small("by-form")).encode())})
    assert form.status_code == 201, form.text
    plain = client.post("/api/models", json=small("by-json"))
    assert plain.status_code == 201, plain.text
    for name in ("by-form", "by-json"):
        assert client.delete(f"/api/models/{name}").status_code == 200
        assert client.get(f"/api/models/{name}").status_code == 404
        assert client.post(f"/api/models/{name}/start").status_code == 404


def test_all_problems_of_a_file_in_one_answer(client: httpx.Client) -> None:
    document = small("wrong-one", time_unit="year")
    document["tags"][0]["low"] = 500
    document["transfer_functions"][0]["dead_time"] = -1
    answer = client.post("/api/models", json=document)
    assert answer.status_code == 422
    told = [error["detail"] for error in answer.json()["errors"]]
    assert len(told) == 3
    assert all(text.startswith("line 1, column ") for text in told)
    assert client.get("/api/models/wrong-one").status_code == 404


@pytest.mark.parametrize(
    ("content", "kind", "status", "words"),
    [
        (b"id: wood-berry\n" + EXAMPLE.partition(b"id: mixing-tank\n")[2], "application/yaml", 409, "of the library"),
        (b"MODEL = 1", "text/x-python", 415, "not as 'text/x-python'"),
        (b"", "application/yaml", 422, "empty"),
        (b"a: &b [*b]", "application/yaml", 422, "line 1"),
        (b"\x00\xff", "application/octet-stream", 422, "UTF-8"),
        (b"x" * 1_000_001, "application/yaml", 422, "the most is"),
        (b"--b\r\n\r\n\r\n--b--", "multipart/form-data; boundary=b", 422, "exactly one file"),
        (b"nonsense", "multipart/form-data", 400, "boundary"),
    ],
)
def test_what_is_refused(client: httpx.Client, content: bytes, kind: str, status: int, words: str) -> None:
    answer = client.post("/api/models", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert words in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


def test_models_of_the_library_stay(client: httpx.Client) -> None:
    assert client.delete("/api/models/wood-berry").status_code == 403
    assert client.delete("/api/models/no-such").status_code == 404


def test_a_new_version_takes_the_place_of_an_idle_one(client: httpx.Client) -> None:
    assert client.post("/api/models", json=small("twice")).status_code == 201
    with started(client, "twice") as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        assert client.post("/api/models", json=small("twice", name="Second")).status_code == 409
    answer = client.post("/api/models", json=small("twice", name="Second"))
    assert answer.status_code == 201, answer.text
    assert answer.json()["name"] == "Second"
    other = small("twice")
    other["tags"][1]["name"] = "outflow"
    other["transfer_functions"][0]["to"] = "outflow"
    refused = client.post("/api/models", json=other)
    assert refused.status_code == 409
    assert "other tags" in refused.json()["detail"]
    gains = [{"from": "valve", "to": "flow", "gain": 0.01, "time_constants": 0.5}]
    assert client.post("/api/models", json=small("twice", transfer_functions=gains)).status_code == 201
    with started(client, "twice", inputs={"valve": 100}) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        until(lambda: client.get(f"{path}/flow").json()["value"] > 5.4, "the new gain is in effect")
        assert client.get(f"{path}/flow").json()["value"] < 5.6
    assert client.delete("/api/models/twice").status_code == 200
    assert client.get("/api/models/twice").status_code == 404
    assert client.get(f"{path}/all").status_code == 200, "what has ended can still be read"


def test_an_fmu_and_what_its_crash_does(client: httpx.Client, sim: dict[str, Any]) -> None:
    """It is uploaded and run like any other model; when it crashes only its own simulation fails, with the cause."""
    answer = client.post("/api/models", content=fmu("2-cs"), headers={"Content-Type": "application/octet-stream"})
    assert answer.status_code == 201, answer.text
    with started(client, "first-order-lag", inputs={"heater_power": 50}) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        until(lambda: client.get(f"{path}/sensor_t").json()["value"] > 3.0, "the FMU moves")
        assert client.post(f"{path}/heater_power", json={"value": 95}).status_code == 200
        until(lambda: client.get(path).json()["status"] == "failed", "the simulation failed")
        assert "the FMU crashed (SIGSEGV)" in client.get(path).json()["cause"]
        assert client.get(f"{path}/sensor_t").json()["quality"].startswith("Bad")
    assert client.get(f"/api/sims/{sim['sim_id']}").json()["status"] == "running"
    bad = fmu("2-cs", **{"binaries/linux64/lag.so": None})
    refused = client.post("/api/models", files={"file": ("bad.fmu", bad)})
    assert refused.status_code == 422
    assert "no binary for linux64" in refused.json()["detail"]
    assert client.delete("/api/models/first-order-lag").status_code == 200
