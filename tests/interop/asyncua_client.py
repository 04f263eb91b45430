"""asyncua's client behind the commands of clients/README.md."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asyncua import Client, ua
from asyncua.crypto import security_policies as policies

from tests.system.opcua.hearing import element, event_filter

_SHOWN = {
    "type": "EventType", "message": "Message", "severity": "Severity", "retain": "Retain", "comment": "Comment",
    "active": "ActiveState/Id", "acked": "AckedState/Id", "confirmed": "ConfirmedState/Id", "eventId": "EventId",
}  # fmt: skip
_POLICIES = {
    "Basic256Sha256": policies.SecurityPolicyBasic256Sha256,
    "Aes128_Sha256_RsaOaep": policies.SecurityPolicyAes128Sha256RsaOaep,
    "Aes256_Sha256_RsaPss": policies.SecurityPolicyAes256Sha256RsaPss,
}


@asynccontextmanager
async def open_asyncua(url: str, options: Mapping[str, str]) -> AsyncIterator["AsyncuaClient"]:
    """A session by the same options as the other clients have."""
    client = Client(url, timeout=20)
    client.application_uri = "urn:pde:interop"
    if options["policy"] != "None":
        mode = ua.MessageSecurityMode[options["mode"]]
        own = Path(options["certificate"]), Path(options["key"])
        await client.set_security(_POLICIES[options["policy"]], *own, mode=mode)
    if "user" in options:
        client.set_user(options["user"])
        client.set_password(options["password"])
    if "user-certificate" in options:
        await client.load_client_certificate(options["user-certificate"])
        await client.load_private_key(options["user-key"])
    async with client:
        yield AsyncuaClient(client)


@dataclass(frozen=True, slots=True)
class AsyncuaClient:
    """A client with an open session."""

    client: Client

    async def ask(self, op: str, **arguments: Any) -> dict[str, Any]:
        """Answer one command."""
        answer: dict[str, Any] = await getattr(self, f"_{op}")(**arguments)
        return answer

    async def _browse(self, node: str) -> dict[str, Any]:
        children = await self.client.get_node(node).get_children_descriptions()
        return {"status": 0, "nodes": [_child(one) for one in children]}

    async def _read(self, nodes: list[str]) -> dict[str, Any]:
        wanted = [ua.ReadValueId(ua.NodeId.from_string(node), ua.AttributeIds.Value) for node in nodes]
        params = ua.ReadParameters(TimestampsToReturn=ua.TimestampsToReturn.Both, NodesToRead=wanted)
        values = await self.client.uaclient.read(params)
        return {"status": 0, "values": [_data_value(value) for value in values]}

    async def _write(self, writes: list[dict[str, Any]]) -> dict[str, Any]:
        nodes = [self.client.get_node(one["node"]) for one in writes]
        values = [ua.DataValue(_variant(one)) for one in writes]
        statuses = await self.client.write_values(nodes, values, raise_on_partial_error=False)
        return {"status": 0, "statuses": [status.value for status in statuses]}

    async def _subscribe(self, nodes: list[str], count: int, timeout_ms: int, queue: int) -> dict[str, Any]:
        heard = _Heard(count)
        subscription = await self.client.create_subscription(100, heard)
        try:
            wanted = [self.client.get_node(node) for node in nodes]
            handles = await subscription.subscribe_data_change(wanted, queuesize=queue)
            await heard.wait(timeout_ms)
        finally:
            await subscription.delete()
        items = [one.value if isinstance(one, ua.StatusCode) else 0 for one in handles]
        return {"status": 0, "items": items, "notifications": heard.values}

    async def _call(self, object: str, method: str, args: list[dict[str, Any]]) -> dict[str, Any]:
        request = ua.CallMethodRequest(
            ua.NodeId.from_string(object), ua.NodeId.from_string(method), [_variant(one) for one in args]
        )
        (result,) = await self.client.uaclient.call([request])
        return {"status": result.StatusCode.value, "outputs": [one.Value for one in result.OutputArguments]}

    async def _history(self, node: str, start: str, end: str, max: int = 0, **more: bytes) -> dict[str, Any]:
        span = (datetime.fromisoformat(start), datetime.fromisoformat(end))
        details = ua.ReadRawModifiedDetails(False, *span, ua.Counter(max), False)  # type: ignore[arg-type]
        result = await self.client.get_node(node).history_read(details, more.get("continuationPoint"))
        values = result.HistoryData.DataValues
        shown = [_data_value(value) for value in values]
        return {
            "status": result.StatusCode.value, "values": shown, "continuationPoint": result.ContinuationPoint or None,
        }  # fmt: skip

    async def _alarms(self, prefix: str, until: dict[str, Any], count: int, timeout_ms: int) -> dict[str, Any]:
        heard = _Heard(count, prefix, until)
        subscription = await self.client.create_subscription(100, heard)
        try:
            conditions = element(
                ua.FilterOperator.OfType, (ua.NodeId(ua.Int32(ua.ObjectIds.ConditionType)), ua.VariantType.NodeId)
            )
            wanted = event_filter(ua.ContentFilter([conditions]), list(_SHOWN.values()))
            await subscription.subscribe_events(ua.ObjectIds.Server, evfilter=wanted, queuesize=1000)
            identity = ua.Variant(subscription.subscription_id, ua.VariantType.UInt32)
            await self.client.get_node(ua.ObjectIds.ConditionType).call_method("0:ConditionRefresh", identity)
            await heard.wait(timeout_ms)
        finally:
            await subscription.delete()
        return {"status": 0, "alarms": list(heard.alarms.values())}


class _Heard:
    """What a subscription brings, until there is enough."""

    def __init__(self, count: int, prefix: str = "", until: dict[str, Any] | None = None) -> None:
        self.values: list[dict[str, Any]] = []
        self.alarms: dict[str, dict[str, Any]] = {}
        self._count, self._prefix, self._until = count, prefix, until
        self._enough = asyncio.Event()

    async def wait(self, timeout_ms: int) -> None:
        async with asyncio.timeout(timeout_ms / 1000):
            await self._enough.wait()

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        shown = _data_value(data.monitored_item.Value)
        self.values.append({"node": node.nodeid.to_string(), **shown})
        if len(self.values) >= self._count:
            self._enough.set()

    def event_notification(self, event: Any) -> None:
        held = event.get_event_props_as_fields_dict()
        condition = held["NodeId"].Value
        if condition is None or not condition.to_string().startswith(self._prefix):
            return
        shown = {name: _plain(held[path].Value) for name, path in _SHOWN.items()}
        event_id = shown.pop("eventId")
        name = condition.to_string()
        self.alarms[name] = {"condition": name, "eventId": event_id, "fields": shown}
        if all(shown[key] == wanted for key, wanted in (self._until or {}).items()):
            self._enough.set()


def _child(description: ua.ReferenceDescription) -> dict[str, Any]:
    return {
        "nodeId": description.NodeId.to_string(),
        "browseName": f"{description.BrowseName.NamespaceIndex}:{description.BrowseName.Name}",
        "nodeClass": description.NodeClass.name,
        "typeDefinition": description.TypeDefinition.to_string(),
    }


def _data_value(value: ua.DataValue) -> dict[str, Any]:
    held = value.Value
    empty = held is None or held.Value is None
    return {
        "value": None if held is None else _plain(held.Value),
        "type": None if empty or held is None else held.VariantType.name,
        "status": value.StatusCode.value if value.StatusCode is not None else 0,
        "sourceTimestamp": None if value.SourceTimestamp is None else value.SourceTimestamp.isoformat(),
        "serverTimestamp": None if value.ServerTimestamp is None else value.ServerTimestamp.isoformat(),
    }


def _plain(value: Any) -> Any:
    match value:
        case ua.Range():
            return {"low": value.Low, "high": value.High}
        case ua.EUInformation():
            return {"displayName": {"text": value.DisplayName.Text}}
        case ua.LocalizedText():
            return value.Text
        case ua.NodeId():
            return value.to_string()
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            return value


def _variant(typed: dict[str, Any]) -> ua.Variant:
    kind, value = ua.VariantType[typed["type"]], typed["value"]
    match kind:
        case ua.VariantType.Double:
            value = float(value)
        case ua.VariantType.LocalizedText:
            value = ua.LocalizedText(value)
        case ua.VariantType.ByteString:
            value = base64.b64decode(value)
    return ua.Variant(value, kind)
