"""What happens around the server: restarts, silent workers, Redis away, the end of simulations."""

import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from asyncua import Client, ua
from redis import Redis

from connections.settings import Settings
from connections.simulations import Simulations
from plant.access import User
from plant.lifecycle import Command, State
from tests.system.opcua.rig import END_WITHIN, READY_KEY, Served, Twin, begin, opened, prepared, serving, start_server
from tests.waiting import until, until_async

CODES = ua.StatusCodes
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LAST_USABLE = ua.StatusCode(ua.UInt32(CODES.UncertainLastUsableValue))


@pytest.fixture
async def path(served: Served) -> AsyncIterator[Simulations]:
    async with opened(served.settings) as simulations:
        yield simulations


async def reads(client: Client, twin: Twin, tag: str) -> ua.DataValue:
    return await client.get_node(f"ns=2;s={twin.sim_id}.{tag}").read_data_value(raise_on_bad_status=False)


async def becomes(client: Client, twin: Twin, status: ua.StatusCode, within: float = 10.0) -> ua.DataValue:
    async def is_so() -> bool:
        return (await reads(client, twin, "reflux_flow")).StatusCode == status

    await until_async(is_so, f"{twin.sim_id} has the status {status.name}", within)
    return await reads(client, twin, "reflux_flow")


async def test_a_silent_worker_makes_values_uncertain(client: Client, twin: Twin) -> None:
    before = await reads(client, twin, "reflux_flow")
    late = await becomes(client, twin, LAST_USABLE)
    assert late.Value == before.Value
    assert late.SourceTimestamp is not None
    assert before.SourceTimestamp is not None
    assert late.SourceTimestamp > before.SourceTimestamp
    await twin.step()
    await becomes(client, twin, ua.StatusCode())


async def test_the_last_frame_ends_a_simulation(client: Client, twin: Twin) -> None:
    twin.state = State.FINISHED
    await twin.step()
    await becomes(client, twin, LAST_USABLE)
    status = await client.get_node(f"ns=2;s={twin.sim_id}.Status").read_value()
    assert status == "finished"


async def test_old_frames_are_refused(client: Client, twin: Twin) -> None:
    await twin.step()
    twin.simulation.set("reflux_flow", 3.0)
    twin.sequence -= 2
    await twin.send()
    twin.sequence += 5
    twin.simulation.set("reflux_flow", 2.0)
    await twin.send()

    async def shown() -> bool:
        value = await reads(client, twin, "reflux_flow")
        assert value.Value is not None
        assert value.Value.Value != 3.0
        return bool(value.Value.Value == 2.0)

    await until_async(shown, "the newest frame")


async def test_a_restart_keeps_ids_values_and_history(tmp_path: Path) -> None:
    with prepared(tmp_path) as settings:
        with serving(settings):
            async with opened(settings) as simulations, Client(url(settings)) as client:
                first, ended = await begin(simulations), await begin(simulations)
                await first.step()
                await ended.step()
                await becomes(client, ended, ua.StatusCode())
                await simulations.command(ended.sim_id, Command.STOP, User.ENGINEER, "test")
                await becomes(client, ended, LAST_USABLE)
                before = await everything(client)
        async with opened(settings) as first.simulations:
            await first.step()  # while nobody listens
        with serving(settings):
            async with opened(settings) as first.simulations, Client(url(settings)) as client:
                await becomes(client, first, ua.StatusCode())  # for as long as its value is fresh
                assert await everything(client) == before
                value = await becomes(client, ended, LAST_USABLE)
                assert value.Value is not None
                assert value.Value.Value == 1.95
                node = client.get_node(f"ns=2;s={first.sim_id}.reflux_flow")

                async def both() -> bool:
                    return len(await node.read_raw_history(LONG_AGO, None, 10, return_bounds=False)) == 2

                await until_async(both, "the step of the pause is recorded too")


def url(settings: Settings) -> str:
    return f"opc.tcp://127.0.0.1:{settings.opcua.port}/pde"


async def everything(client: Client) -> set[str]:
    """The NodeIds of all that is below Simulations, and the namespaces with their indices."""
    found = {f"{index}={uri}" for index, uri in enumerate(await client.get_namespace_array())}
    waiting = [client.get_node("ns=2;s=Simulations")]
    while waiting:
        for child in await waiting.pop().get_children():
            if child.nodeid.to_string() not in found:
                found.add(child.nodeid.to_string())
                waiting.append(child)
    return found


async def test_redis_away_and_back(tmp_path: Path) -> None:
    with prepared(tmp_path) as settings, serving(settings) as served:
        async with opened(settings) as simulations, Client(served.url) as client:
            twin = await begin(simulations)
            await becomes(client, twin, ua.StatusCode())
            redis = redis_process(settings)
            redis.suspend()
            try:
                node = client.get_node(f"ns=2;s={twin.sim_id}.reflux_flow")
                await becomes(client, twin, LAST_USABLE)
                with pytest.raises(ua.UaStatusCodeError) as refused:
                    await node.write_value(2.0)
                assert refused.value.code == CODES.BadCommunicationError
            finally:
                redis.resume()
            assert (await reads(client, twin, "reflux_flow")).Value == ua.Variant(1.95, ua.VariantType.Double)
            await twin.step()
            await becomes(client, twin, ua.StatusCode())


async def test_health_and_the_announced_end(tmp_path: Path) -> None:
    with prepared(tmp_path) as settings, serving(settings) as served:
        async with Client(served.url) as client:
            level = client.get_node(ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServiceLevel)))

            async def is_level(wanted: int) -> bool:
                return bool(await level.read_value() == wanted)

            await until_async(lambda: is_level(255), "all is well")
            redis = redis_process(settings)
            redis.suspend()
            try:
                await until_async(lambda: is_level(100), "the level falls without Redis")
            finally:
                redis.resume()
            await until_async(lambda: is_level(255), "and rises again")
            names = ("State", "SecondsTillShutdown", "ShutdownReason")
            ids = [getattr(ua.ObjectIds, f"Server_ServerStatus_{name}") for name in names]
            nodes = [client.get_node(ua.NodeId(ua.Int32(number))) for number in ids]
            assert await nodes[0].read_value() == ua.ServerState.Running
            served.process.send_signal(signal.SIGTERM)
            await until_async(lambda: is_level(0), "the end is announced")
            state, seconds, reason = [await node.read_value() for node in nodes]
            assert (state, seconds) == (ua.ServerState.Shutdown, 1)
            assert "stopped" in str(reason.Text)
            whole = await client.get_node(ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus))).read_value()
            assert whole.SecondsTillShutdown == 1


def redis_process(settings: Settings) -> psutil.Process:
    with Redis.from_url(str(settings.redis_url)) as redis:
        return psutil.Process(int(redis.info()["process_id"]))


async def test_a_lost_event_is_healed(served: Served, client: Client, path: Simulations) -> None:
    """The record is made without telling anybody: the comparison with the database finds it."""
    twin = await begin(path)
    silent = path.records.change(twin.sim_id, machine="hall-3")

    async def seen() -> bool:
        return bool(await client.get_node(f"ns=2;s={silent.sim_id}.Machine").read_value() == "hall-3")

    await until_async(seen, "the new machine", 20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once(tmp_path: Path, number: signal.Signals) -> None:
    with prepared(tmp_path) as settings:
        process = start_server(settings)
        with Redis.from_url(str(settings.redis_url)) as redis:
            until(lambda: redis.get(READY_KEY), "ready")
            process.send_signal(number)
            try:
                assert process.wait(END_WITHIN) == 0
            finally:
                process.kill()
                process.wait()
            assert redis.get(READY_KEY) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_it_does_not_stand_open(tmp_path: Path, host: str) -> None:
    with prepared(tmp_path) as settings:
        process = start_server(settings, PDE_OPCUA__HOST=host)
        assert process.wait(20) == 1
        said = (settings.data / "server.log").read_text()
        assert "--insecure" in said
        assert "Traceback" not in said


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    with prepared(tmp_path) as settings, serving(settings):
        process = start_server(settings)
        assert process.wait(20) == 1
        said = (settings.data / "server.log").read_text()
        assert str(settings.opcua.port) in said
        assert "Traceback" not in said
