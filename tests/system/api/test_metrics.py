"""/metrics of a whole engine: every family is there, and moves when what it measures happens."""

import asyncio

import httpx
import pytest
from asyncua import Client, ua
from prometheus_client.parser import text_string_to_metric_families
from websockets.asyncio.client import connect

from engine_api.metrics import Metrics
from tests.engine import Engine
from tests.system.api.starting import started
from tests.waiting import until, until_async

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(client: httpx.Client) -> Samples:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(found: Samples, name: str, **labels: str) -> float:
    """The sum of the samples of this name that have these labels."""
    wanted = set(labels.items())
    return sum(number for (what, has), number in found.items() if what == name and wanted <= has)


def test_every_family_is_there(client: httpx.Client) -> None:
    told = {family.name for family in text_string_to_metric_families(client.get("/metrics").text)}
    assert {family.name for family in Metrics().registry.collect()} <= told


def test_each_route_has_rate_errors_and_duration(client: httpx.Client) -> None:
    with started(client) as simulation:
        sim_id = simulation["sim_id"]
        before = samples(client)
        assert client.get(f"/api/sims/{sim_id}/reflux_flow").status_code == 200
        assert client.get(f"/api/sims/{sim_id}/none").status_code == 404
        assert client.get(f"/api/sims/{sim_id}/all").status_code == 200
        assert client.post(f"/api/sims/{sim_id}/reflux_flow", json={"value": 2.0}).status_code == 200
        assert client.post(f"/api/sims/{sim_id}/reflux_flow", json={"value": -1}).status_code == 422
        after = samples(client)
    for method, route, status in (
        ("GET", "{tag}", "200"), ("GET", "{tag}", "404"), ("GET", "all", "200"), ("POST", "{tag}", "200"),
        ("POST", "{tag}", "422"),
    ):  # fmt: skip
        labels = {"route": f"/api/sims/{{sim_id}}/{route}", "method": method}
        counted = [value(one, "pde_http_requests_total", **labels, status=status) for one in (before, after)]
        assert counted[1] == counted[0] + 1, (method, route, status)
        assert value(after, "pde_http_request_seconds_count", **labels) > 0
        assert value(after, "pde_http_request_seconds_sum", **labels) > 0


async def test_each_opc_ua_service_has_rate_errors_and_duration(engine: Engine, client: httpx.Client) -> None:
    before = await asyncio.to_thread(samples, client)
    async with Client(engine.opcua, timeout=20) as visitor:
        subscription = await visitor.create_subscription(200, _Deaf())
        await subscription.subscribe_data_change(visitor.nodes.server_state)
        for _ in range(3):
            await visitor.nodes.server_state.read_value()
        with pytest.raises(ua.UaStatusCodeError):
            await visitor.uaclient.create_monitored_items(ua.CreateMonitoredItemsParameters(ua.UInt32(999_999)))

        async def told() -> bool:
            found = await asyncio.to_thread(samples, client)
            there = [value(found, f"pde_opcua_{what}") for what in ("sessions", "subscriptions", "monitored_items")]
            return all(there) and _grew(before, found, "pde_opcua_requests_total", "Read", 3)

        await until_async(told, "the server has told")
        found = await asyncio.to_thread(samples, client)
    assert _grew(before, found, "pde_opcua_request_seconds_count", "CreateSubscription", 1)
    assert _grew(before, found, "pde_opcua_request_seconds_sum", "Read", 1e-6)
    assert _grew(before, found, "pde_opcua_faults_total", "CreateMonitoredItems", 1)


class _Deaf:
    def datachange_notification(self, *_: object) -> None:
        """Nobody listens."""


def _grew(before: Samples, after: Samples, name: str, service: str, least: float) -> bool:
    return value(after, name, service=service) - value(before, name, service=service) >= least


def test_workers_simulations_and_storage(engine: Engine, client: httpx.Client) -> None:
    until(lambda: value(samples(client), "pde_worker_simulations") == 0, "nothing of an earlier test is hosted")
    before = samples(client)
    with started(client):

        def moved(name: str) -> bool:
            return value(samples(client), name) > value(before, name)

        for name in (
            "pde_frames_total", "pde_tick_jitter_seconds_count", "pde_tick_jitter_seconds_sum",
            "pde_worker_simulations", "pde_simulations", "pde_reports_total",
        ):  # fmt: skip
            until(lambda name=name: moved(name), name)  # type: ignore[misc]
        found = samples(client)
        for name in ("pde_worker_slots", "pde_worker_memory_bytes", "pde_workers", "pde_slots", "pde_redis_up"):
            assert value(found, name) > 0, name
        for what in ("redis", "records", "history"):
            assert value(found, "pde_storage_bytes", what=what) > 0, what
        assert value(found, "pde_overruns") >= 0


async def test_subscribers_are_counted(engine: Engine, client: httpx.Client) -> None:
    before = value(await asyncio.to_thread(samples, client), "pde_live_clients")
    async with connect(engine.http.replace("http", "ws", 1) + "/api/live") as socket:
        await socket.recv()
        assert value(await asyncio.to_thread(samples, client), "pde_live_clients") == before + 1
