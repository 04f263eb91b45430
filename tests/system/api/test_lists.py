"""Lists over REST: pages, filters, orders, tables, answers that the caller has already, waiting, compression."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from engine_api.examples import example
from tests.engine import Engine
from tests.system.api.starting import started
from tests.waiting import until

TABLE = {"Accept": "text/csv"}
NAMES = ("alpha", "=bravo", "Charlie", "delta", "Echo")


@pytest.fixture(scope="module", autouse=True)
def runs(client: httpx.Client) -> list[dict[str, Any]]:
    """Five runs that have ended, on two machines."""
    made = []
    for name in NAMES:
        body = {"name": name, "duration": 10, "speed": "max", "start": "steady", "wait": True}
        answer = client.post("/api/models/wood-berry/start", json=body, headers={"Prefer": "wait=60"})
        assert (answer.json()["status"], answer.headers["preference-applied"]) == ("finished", "wait=60")
        made.append(answer.json())
    return made


def pages(client: httpx.Client, path: str, key: str | None, **query: Any) -> Iterator[list[dict[str, Any]]]:
    """Every page of a list, by its links."""
    answer = client.get(path, params=query)
    while True:
        assert answer.status_code == 200, answer.text
        content = answer.json()
        yield content if key is None else content[key]
        if "next" not in answer.links:
            assert key is None or content["next"] is None
            return
        answer = client.get(answer.links["next"]["url"])


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("by", ["created_at", "updated_at", "name", "number"])
def test_pages_of_simulations_hold_each_one_once(client: httpx.Client, by: str, order: str) -> None:
    found = list(pages(client, "/api/sims/all", "simulations", limit=2, order_by=by, order=order))
    assert [len(page) for page in found] == [2, 2, 1]
    values = [one[by] for page in found for one in page]
    assert values == sorted(values, reverse=order == "desc")
    assert {one["name"] for page in found for one in page} == set(NAMES)


def test_what_comes_meanwhile_moves_nothing_to_another_page(client: httpx.Client) -> None:
    walk = pages(client, "/api/sims/all", "simulations", limit=3, order_by="name", name="a")
    assert [one["name"] for one in next(walk)] == ["=bravo", "Charlie", "alpha"]
    with started(client, name="aa"):
        assert [one["name"] for one in next(walk)] == ["delta"]


def test_filters(client: httpx.Client) -> None:
    def names(**query: Any) -> list[str]:
        return [one["name"] for one in client.get("/api/sims/all", params=query).json()["simulations"]]

    with started(client, "quadruple-tank", name="Living", sample_time=1):
        assert names(status="running") == ["Living"]
        assert names(status=["running", "finished"], name="L") == ["alpha", "Charlie", "delta", "Living"]
        assert names(model_id="quadruple-tank", status="running") == ["Living"]
        assert names(owner="nobody") == names(machine="none") == []
        assert client.get("/api/sims/all", params={"limit": 1}).headers["x-total-count"] > "5"


@pytest.mark.parametrize("path", ["/simulations", "/machines", "/api/models/", "/api/alarms"])
def test_every_list_has_pages(client: httpx.Client, path: str) -> None:
    key = path.strip("/").rpartition("/")[2] if path.startswith("/api") else None
    whole = client.get(path)
    total = int(whole.headers["x-total-count"])
    one_by_one = [one for page in pages(client, path, key, limit=1) for one in page]
    assert len(one_by_one) == total
    if path != "/machines":
        assert one_by_one == (whole.json() if key is None else whole.json()[key])


@pytest.mark.parametrize("path", ["/simulations", "/machines", "/api/models/", "/api/alarms", "/api/sims/all"])
@pytest.mark.parametrize("query", ["limit=0", "limit=10001", "limit=many", "cursor=x", "cursor=W10", "cursor=e30"])
def test_bad_pages_are_refused(client: httpx.Client, path: str, query: str) -> None:
    assert client.get(f"{path}?{query}").status_code == 422


@pytest.mark.parametrize("query", ["order=up", "page=2", "order_by=colour", "status=done", "cursor=WyJ4Il0"])
def test_bad_queries_are_refused(client: httpx.Client, query: str) -> None:
    assert client.get(f"/api/sims/all?{query}").status_code == 422


def test_the_actions_of_a_simulation_have_pages(client: httpx.Client, sim: dict[str, Any]) -> None:
    path = f"/api/sims/{sim['sim_id']}"
    for value in (1.0, 1.5, 2.0, 2.5, 3.0):
        client.post(f"{path}/reflux_flow", json={"value": value})
    found = [one["action"] for page in pages(client, f"{path}/actions", "actions", limit=2) for one in page]
    assert found == [5, 4, 3, 2, 1]
    assert client.get(f"{path}/actions?limit=2").headers["x-total-count"] == "5"
    assert client.get(f"{path}/actions?cursor=WyJ4Il0").status_code == 422


def table(client: httpx.Client, path: str) -> list[dict[str, str]]:
    answer = client.get(path, headers=TABLE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8"), answer.text
    assert answer.headers["content-disposition"].endswith('.csv"')
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_tables(client: httpx.Client, sim: dict[str, Any]) -> None:
    path = f"/api/sims/{sim['sim_id']}"
    client.post(f"{path}/reflux_flow", json={"value": 2.1})
    names = [row["name"] for row in table(client, "/api/sims/all?order_by=number")]
    assert names[:3] == ["alpha", "'=bravo", "Charlie"], "no cell is taken for a formula"
    assert [row["simulation_id"] for row in table(client, "/simulations?limit=2")] == ["1", "2"]
    assert table(client, "/machines")[0]["workers"] == "1"
    assert table(client, "/api/alarms") == []
    assert table(client, f"{path}/actions")[0]["values"] == '{"reflux_flow": 2.1}'
    until(lambda: table(client, f"{path}/history?tags=reflux_flow"), "it is recorded")
    row = table(client, f"{path}/history?tags=reflux_flow")[0]
    assert (row["tag"], row["unit"], float(row["value"]), row["status_code"]) == ("reflux_flow", "lb/min", 1.95, "0")
    assert row["time"].endswith("Z")
    assert {"number", "time", "user"} <= set(table(client, "/api/audit")[0])


def test_a_table_only_for_whoever_likes_it_better(client: httpx.Client) -> None:
    for accept in ("*/*", "application/json, text/csv;q=0.5", "text/csv;q=0", "text/csv;q=nonsense", "text/html"):
        answer = client.get("/machines", headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/json", accept
    assert client.get("/machines", headers={"Accept": "text/csv, application/json;q=0.9"}).text.startswith(
        "machine_id,"
    )


@pytest.mark.parametrize("path", ["/api/models/", "/api/models/wood-berry", "/api/models/wood-berry/nodeset"])
def test_models_are_not_sent_twice(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    tag = first.headers["etag"]
    for held in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = client.get(path, headers={"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for held in ('"other"', ""):
        assert client.get(path, headers={"If-None-Match": held}).status_code == 200


def test_a_model_that_has_changed_is_sent_again(client: httpx.Client) -> None:
    tag = client.get("/api/models/quadruple-tank").headers["etag"]
    with started(client, "quadruple-tank"):
        answer = client.get("/api/models/quadruple-tank", headers={"If-None-Match": tag})
        assert (answer.status_code, answer.json()["running"]) == (200, 1)


def test_long_answers_are_compressed_for_whoever_takes_it(engine: Engine) -> None:
    sizes = {}
    for coding in ("gzip", "identity"):
        with httpx.stream("GET", f"{engine.http}/api/models/", headers={"Accept-Encoding": coding}) as answer:
            sizes[coding] = len(b"".join(answer.iter_raw()))
            assert answer.headers.get("content-encoding", "identity") == coding
            assert "Accept-Encoding" in answer.headers["vary"]
    assert sizes["gzip"] < sizes["identity"] / 4
    assert "content-encoding" not in httpx.get(f"{engine.http}/healthz", headers={"Accept-Encoding": "gzip"}).headers


def test_request_ids_are_the_callers_where_they_are_harmless(client: httpx.Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "class-7.a"}).headers["x-request-id"] == "class-7.a"
    refused = client.get("/api/sims/none", headers={"X-Request-ID": "class-7.b"})
    assert refused.json()["trace_id"] == refused.headers["x-request-id"] == "class-7.b"
    for bad in ("a b", "x" * 65, "<script>", "é".encode().decode("latin-1")):
        given = client.get("/healthz", headers={"X-Request-ID": bad.encode("latin-1")}).headers["x-request-id"]
        assert len(given) == 16, bad


def test_the_examples_of_the_document_are_accepted(client: httpx.Client) -> None:
    """What a reader copies works."""
    document = client.get("/openapi.json").json()
    kept, schemas = document["components"]["examples"], document["components"]["schemas"]
    run, start = kept["RunBody"]["value"], example(schemas["StartBody"], schemas)
    assert client.post("/simulation", json={**run, "simulation_id": 900, "duration": 10}).status_code == 201
    assert client.post("/api/models/wood-berry/start", json=start).status_code == 201
    for name in ("WriteBody", "ActionsBody", "SpeedBody", "FaultBody", "SnapshotBody", "ExtendBody"):
        assert name in kept
    path = "/api/sims/wood-berry-900"
    until(lambda: client.get(path).json()["status"] == "finished", "the example has run")
