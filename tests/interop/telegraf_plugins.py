"""Telegraf's OPC UA inputs against the server: every door that they know, reading, browsing, subscribing, events."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from plant.access import User
from tests.interop.doors import ADMIN, PASSWORD, Door, Keys, doors
from tests.interop.makers import TELEGRAF
from tests.interop.services import BOTTOMS
from tests.interop.telegraf import run_telegraf
from tests.system.opcua.rig import Twin
from tests.waiting import until_async

_METHODS = {"anonymous": "Anonymous", "user name": "UserName", "user certificate": "Certificate"}
_VALUE = re.compile(r"[ ,]value=([^, ]+)")
_AGENT = """
[agent]
  interval = "500ms"
  flush_interval = "200ms"
  omit_hostname = true
[[outputs.file]]
  files = ["metrics.txt"]
  data_format = "influx"
"""


async def try_all(url: str, keys: Keys, twin: Twin, folder: Path) -> None:
    """Everything that the inputs can do, by one Telegraf."""
    own = f"ns=2;s={twin.sim_id}"
    wanted = list(doors(TELEGRAF))
    config = folder / "telegraf.conf"
    config.write_text(
        _AGENT + "".join(_reader(url, keys, door) for door in wanted) + _listener(url, own) + _auditor(url, keys)
    )
    metrics = folder / "metrics.txt"
    expected = {_name(door) for door in wanted} | {"watched", "browsed", "opcua_event", "audit"}
    with run_telegraf(folder, [config]) as telegraf:

        async def all_there() -> bool:
            assert telegraf.running()
            await twin.step()
            values = list(twin.simulation.values)
            await twin.simulations.act(twin.record, {"steam_flow": 1.8}, values, User.OPERATOR, "rest")
            twin.simulation.set(BOTTOMS, 2.5 if twin.simulation.tick % 2 else 0.2)
            await twin.send()
            return metrics.exists() and expected <= set(_seen(metrics))

        await until_async(all_there, "every input has brought something", 60)
    lines = list(_lines(metrics))
    assert len({_VALUE.findall(rest)[0] for name, rest in lines if name == "watched"}) > 1
    assert any("is above 2 %" in rest for name, rest in lines if name == "opcua_event")


def _lines(metrics: Path) -> Iterable[tuple[str, str]]:
    """Whole lines of InfluxDB's line protocol: the name of the measurement, and the rest."""
    for line in metrics.read_text().splitlines(keepends=True):
        name, _, rest = line.partition(",")
        if rest.endswith("\n"):
            yield name, rest


def _seen(metrics: Path) -> Iterator[str]:
    for name, rest in _lines(metrics):
        yield "audit" if "NewValue=1.8" in rest and 'ClientUserId="operator"' in rest else name


def _name(door: Door) -> str:
    return str(door).replace(", ", "/").replace(" ", "-")


def _reader(url: str, keys: Keys, door: Door) -> str:
    lines = [
        "[[inputs.opcua]]",
        f'  name = "{_name(door)}"',
        f'  endpoint = "{url}"',
        f'  security_policy = "{door.policy}"',
        f'  security_mode = "{door.mode}"',
        f'  auth_method = "{_METHODS[door.identity]}"',
        '  nodes = [{name = "value", id = "i=2259"}]',
        *_files(keys, door),
    ]
    given = keys.options(door)
    if "user" in given:
        lines += [f'  username = "{given["user"]}"', f'  password = "{given["password"]}"']
    return "\n".join(lines) + "\n"


def _files(keys: Keys, door: Door) -> list[str]:
    """It has one certificate for the channel and for the user."""
    if door.identity == "user certificate":
        return [f'  certificate = "{keys.user_pem}"', f'  private_key = "{keys.user_rsa_key}"']
    return [f'  certificate = "{keys.application_pem}"', f'  private_key = "{keys.application_rsa_key}"']


def _auditor(url: str, keys: Keys) -> str:
    return f"""
[[inputs.opcua_listener]]
  name = "auditor"
  endpoint = "{url}"
  security_policy = "Basic256Sha256"
  security_mode = "SignAndEncrypt"
  auth_method = "UserName"
  username = "{ADMIN}"
  password = "{PASSWORD}"
  certificate = "{keys.application_pem}"
  private_key = "{keys.application_rsa_key}"
  nodes = [{{name = "value", id = "i=2259"}}]
  [[inputs.opcua_listener.events]]
    fields = ["Message", "NewValue", "ClientUserId"]
    [inputs.opcua_listener.events.event_type_node]
      id = "ns=0;i=2100"
    [[inputs.opcua_listener.events.node_ids]]
      id = "ns=0;i=2253"
"""


def _listener(url: str, own: str) -> str:
    sim_id = own.removeprefix("ns=2;s=")
    return f"""
[[inputs.opcua_listener]]
  name = "watched"
  endpoint = "{url}"
  security_policy = "None"
  security_mode = "None"
  nodes = [{{name = "value", id = "{own}.SimulationTime"}}]
[[inputs.opcua]]
  endpoint = "{url}"
  security_policy = "None"
  security_mode = "None"
  [inputs.opcua.browse]
    [[inputs.opcua.browse.paths]]
      pattern = "Simulations/*/{sim_id}/reflux_flow"
      name = "browsed"
[[inputs.opcua_listener]]
  name = "events"
  endpoint = "{url}"
  security_policy = "None"
  security_mode = "None"
  [[inputs.opcua_listener.events]]
    fields = ["Severity", "Message", "ActiveState/Id"]
    [inputs.opcua_listener.events.event_type_node]
      id = "ns=0;i=2915"
    [[inputs.opcua_listener.events.node_ids]]
      id = "ns=0;i=2253"
"""
