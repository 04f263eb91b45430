"""The walk-through of docs/opcua.md, step by step, by a client that does what the page tells people to do."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, Node, ua
from asyncua.crypto.security_policies import SecurityPolicyAes256Sha256RsaPss

from connections.pki.store import thumbprint
from tests.certificates import URI, Holder, made
from tests.engine import Engine, run_engine
from tests.system.opcua.hearing import about, call, condition, listening
from tests.waiting import until_async

CODES, TYPES = ua.StatusCodes, ua.VariantType
PASSWORD = "correct horse battery"
NOTHING = {TYPES.String: None, TYPES.Double: 0.0}
"""What a dialog of UaExpert sends where nothing was entered."""
WITHIN = 60.0


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with run_engine(tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(scope="module")
def uaexpert() -> Holder:
    return made("UaExpert")


def pde(engine: Engine, *arguments: str, typed: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "engine_api.cli", *arguments], env=os.environ | {"PDE_DATA": str(engine.data)},
        input=typed, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.stdout + done.stderr


@asynccontextmanager
async def signed_in(engine: Engine, holder: Holder, folder: Path, name: str | None) -> AsyncIterator[Client]:
    """Aes256_Sha256_RsaPss, Sign & Encrypt; with a user name or anonymous."""
    client = Client(engine.opcua, timeout=20)
    client.application_uri = URI
    certificate, key = holder.save(folder)
    await client.set_security(SecurityPolicyAes256Sha256RsaPss, str(certificate), str(key))
    if name is not None:
        client.set_user(name)
        client.set_password(PASSWORD)
    async with client:
        yield client


async def opened(node: Node, *names: str) -> Node:
    """Unfold the tree by what it shows: DisplayNames."""
    for name in names:
        shown = {(await child.read_display_name()).Text: child for child in await node.get_children()}
        assert name in shown, f"{name} is not among {sorted(str(one) for one in shown)}"
        node = shown[name]
    return node


async def called(owner: Node, method: str, *given: Any) -> list[Any]:
    """Right-click, Call...: the arguments that the method describes, `given` first, the others as they stand there."""
    node = await opened(owner, method)
    properties = {(await one.read_browse_name()).Name: one for one in await node.get_properties()}
    declared: Any = await properties["InputArguments"].read_value() if "InputArguments" in properties else []
    arguments = []
    for place, one in enumerate(declared):
        kind = TYPES(int(one.DataType.Identifier))
        empty = [] if one.ValueRank >= 0 else NOTHING.get(kind)
        arguments.append(ua.Variant(given[place] if place < len(given) else empty, kind, is_array=one.ValueRank >= 0))
    (result,) = await owner.session.call([ua.CallMethodRequest(owner.nodeid, node.nodeid, arguments)])
    assert result.StatusCode.is_good(), (method, result.StatusCode.name)
    return [output.Value for output in result.OutputArguments or ()]


async def becomes(node: Node, wanted: Any, what: str) -> None:
    async def is_so() -> bool:
        return bool(wanted(await node.read_data_value(raise_on_bad_status=False)))

    await until_async(is_so, what, WITHIN)


async def test_connecting(engine: Engine, uaexpert: Holder, tmp_path: Path) -> None:
    """Steps 2 and 3: seven endpoints, both certificates trusted."""
    endpoints = await Client(engine.opcua).connect_and_get_server_endpoints()
    assert len(endpoints) == 7
    assert {one.ServerCertificate for one in endpoints} == {
        (engine.data / "pki" / "own" / "certificate.der").read_bytes()
    }
    with pytest.raises((ua.UaError, ConnectionError, TimeoutError)):
        async with signed_in(engine, uaexpert, tmp_path, None):
            """Never reached."""
    name = thumbprint(uaexpert.certificate)[:12]
    assert name in await asyncio.to_thread(pde, engine, "pki", "list")
    assert "trusted" in await asyncio.to_thread(pde, engine, "pki", "trust", name)
    async with signed_in(engine, uaexpert, tmp_path, None) as client:
        assert await client.nodes.server.read_browse_name()


async def test_an_operator_s_day(engine: Engine, uaexpert: Holder, tmp_path: Path) -> None:
    """Steps 4 to 9, as an operator with a password."""
    await asyncio.to_thread(pde, engine, "users", "add", "eva", "operator", typed=f"{PASSWORD}\n{PASSWORD}\n")
    async with signed_in(engine, uaexpert, tmp_path, "eva") as client:
        sim_id, node_id = await called(await opened(client.nodes.objects, "Engine"), "StartSimulation", "wood-berry")
        assert sim_id.startswith("wood-berry-")
        simulation = await opened(client.nodes.objects, "Simulations", "wood-berry", sim_id)
        assert simulation.nodeid == node_id
        flow, steam = await opened(simulation, "reflux_flow"), await opened(simulation, "steam_flow")
        top = await opened(simulation, "distillate_methanol")
        await becomes(flow, lambda value: value.StatusCode.is_good(), "the column runs")
        await tag_shows_its_unit(flow)
        await writing(simulation, flow, top)
        await history(top)
        await alarm(client, simulation, steam)


async def tag_shows_its_unit(flow: Node) -> None:
    assert (await flow.read_description()).Text
    span: Any = await (await opened(flow, "EURange")).read_value()
    unit: Any = await (await opened(flow, "EngineeringUnits")).read_value()
    assert (span.Low, span.High, unit.DisplayName.Text) == (0.0, 4.0, "lb/min")
    assert (await flow.read_data_value()).SourceTimestamp is not None


async def writing(simulation: Node, flow: Node, top: Node) -> None:
    await flow.write_value(2.05)
    await called(simulation, "SetSpeed", 60.0)
    with pytest.raises(ua.UaStatusCodeError) as refused:
        await flow.write_value(9.0)
    assert refused.value.code == CODES.BadOutOfRange
    assert await flow.read_value() == 2.05
    await becomes(top, lambda value: round(value.Value.Value) == 97, "distillate_methanol is at 97 %")


async def history(top: Node) -> None:
    async def recorded() -> bool:
        present = datetime.now(UTC)
        return len(await top.read_raw_history(present - timedelta(hours=1), present, return_bounds=False)) > 5

    await until_async(recorded, "the record of distillate_methanol", WITHIN)


async def alarm(client: Client, simulation: Node, steam: Node) -> None:
    sim_id = str(simulation.nodeid.Identifier)
    async with listening(client, simulation.nodeid.to_string()) as ear:
        await steam.write_value(2.9)

        async def raised() -> bool:
            return any(event["ConditionName"] == "steam_flow" for event in ear.events)

        await until_async(raised, "the alarm of steam_flow", WITHIN)
        event = next(one for one in ear.events if one["ConditionName"] == "steam_flow")
        done = await call(client, condition(sim_id, "steam_flow"), "i=9111", *about(event["EventId"], "seen"))
        assert (done, event["Severity"]) == (CODES.Good, 800)


async def test_an_engineer_breaks_and_repairs_and_ends(engine: Engine) -> None:
    """Steps 10 to 12: without a name, which on this machine is an engineer."""
    async with Client(engine.opcua, timeout=20) as client:
        simulation = await opened(client.nodes.objects, "Simulations", "wood-berry", "wood-berry-1")
        flow, state = await opened(simulation, "reflux_flow"), await opened(simulation, "CurrentState")
        await called(simulation, "InjectFault", "distillate_methanol", "bias", ["size=0.5"])
        await called(simulation, "ClearFaults")
        time, before = await opened(simulation, "SimulationTime"), await flow.read_value()
        await called(simulation, "SaveSnapshot", "before-the-step")
        saved = await time.read_value()
        await flow.write_value(3.0)
        await becomes(time, lambda value: value.Value.Value > saved + 120, "two minutes later")
        await called(simulation, "SetSpeed", 1.0)
        await called(simulation, "RestoreSnapshot", "before-the-step")
        await becomes(time, lambda value: value.Value.Value < saved + 60, "it has gone back")
        assert await flow.read_value() == before
        for method, shown in (("Suspend", "Suspended"), ("Step", "Suspended"), ("Resume", "Running"),
                              ("Reset", "Running"), ("Halt", "Halted")):  # fmt: skip
            await called(simulation, method, *([3] if method == "Step" else []))
            await becomes(state, lambda value, shown=shown: value.Value.Value.Text == shown, f"{method}: {shown}")
        kept = CODES.UncertainLastUsableValue
        await becomes(flow, lambda value: value.StatusCode.value == kept and value.Value.Value, "the last value stays")
