"""A client that uses every service once: what it sends is the corpus."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.ua.ua_binary import struct_to_binary

from tests.certificates import URI, Holder
from tests.system.opcua.hearing import event_filter, listening

_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_REFUSED = (ua.UaError, TimeoutError)


class Listener:
    """Takes whatever is published."""

    def datachange_notification(self, *_: Any) -> None:
        """A value."""

    def event_notification(self, *_: Any) -> None:
        """An event."""


async def use_everything(url: str, sim_id: str) -> None:
    """One session without security, from the first browse to the end."""
    async with Client(url) as client:
        own = client.get_node(f"ns=2;s={sim_id}")
        tags = [child for child in await own.get_children() if await child.read_node_class() == ua.NodeClass.Variable]
        await client.nodes.objects.get_child(["2:Simulations", "2:wood-berry"])
        await client.get_endpoints()
        await client.find_servers()
        await client.read_values(tags[:20])
        await _pages(client, own)
        await client.register_nodes(tags[:5])
        await client.unregister_nodes(tags[:5])
        flow = client.get_node(f"ns=2;s={sim_id}.reflux_flow")
        for _ in range(2):
            await flow.write_value(2.05)
        await _history(client, flow)
        await _calls(client, sim_id)
        await _subscriptions(client, tags)
        with suppress(ua.UaError):
            await client.uaclient.history_update(ua.HistoryUpdateParameters())


async def use_security(url: str, holder: Holder, folder: Path) -> None:
    """The same client on a channel with security: its first chunks are what a stranger could send again."""
    client = Client(url)
    client.application_uri = URI
    certificate, key = holder.save(folder)
    await client.set_security(SecurityPolicyBasic256Sha256, str(certificate), str(key))
    async with client:
        await client.get_namespace_array()


async def _pages(client: Client, own: Any) -> None:
    description = ua.BrowseDescription(
        own.nodeid, ua.BrowseDirection.Both, ua.NodeId(), True, ua.UInt32(0), ua.UInt32(63)
    )
    params = ua.BrowseParameters(RequestedMaxReferencesPerNode=ua.UInt32(5), NodesToBrowse=[description] * 2)
    (page, _) = await client.uaclient.browse(params)
    await client.uaclient.browse_next(ua.BrowseNextParameters(False, [page.ContinuationPoint]))


async def _history(client: Client, flow: Any) -> None:
    now = datetime.now(UTC)
    wanted = [ua.HistoryReadValueId(flow.nodeid)]
    average = ua.NodeId(ua.Int32(ua.ObjectIds.AggregateFunction_Average))
    settings = ua.AggregateConfiguration(False, False, ua.Byte(50), ua.Byte(50), False)
    for details in (
        ua.ReadRawModifiedDetails(False, _LONG_AGO, now, ua.Counter(10), True),
        ua.ReadAtTimeDetails([now], False),
        ua.ReadProcessedDetails(_LONG_AGO, now, 1e9, [average], settings),
        ua.ReadEventDetails(ua.Counter(10), _LONG_AGO, now, event_filter()),
    ):
        with suppress(*_REFUSED):
            await client.uaclient.history_read(
                ua.HistoryReadParameters(details, ua.TimestampsToReturn.Both, False, wanted)
            )


async def _calls(client: Client, sim_id: str) -> None:
    text, number, own = ua.VariantType.String, ua.VariantType.Double, f"ns=2;s={sim_id}"
    start = [ua.Variant(value, text) for value in ("wood-berry", "fuzzed")]
    for owner, method, arguments in (
        ("ns=2;s=Engine", "ns=2;s=Engine.StartSimulation", start),
        (own, f"{own}.SetSpeed", [ua.Variant(2.0, number)]),
        (own, f"{own}.Step", [ua.Variant(1, ua.VariantType.UInt32)]),
        (own, f"{own}.InjectFault", [ua.Variant("reflux_flow", text), ua.Variant("stuck", text)]),
        (own, f"{own}.Suspend", []),
        ("i=2253", "i=11492", [ua.Variant(1, ua.VariantType.UInt32)]),
        ("i=2782", "i=3875", [ua.Variant(1, ua.VariantType.UInt32)]),
        (f"{own}.Alarms.bottoms_methanol", "i=9111",
         [ua.Variant(b"\0" * 16, ua.VariantType.ByteString), ua.Variant(ua.LocalizedText("seen"))]),
    ):  # fmt: skip
        request = ua.CallMethodRequest(ua.NodeId.from_string(owner), ua.NodeId.from_string(method), arguments)
        await client.uaclient.call([request])


async def _subscriptions(client: Client, tags: list[Any]) -> None:
    subscription = await client.create_subscription(100, Listener())
    handles = await subscription.subscribe_data_change(tags[:10], queuesize=10)
    assert isinstance(handles, list)
    await subscription.deadband_monitor(tags[0], 0.5, ua.DeadbandType.Absolute)
    await subscription.modify_monitored_item(handles[0], 50.0, 5)
    async with listening(client):
        await asyncio.sleep(0.3)  # some are published, so that some are acknowledged
    number, items = subscription.subscription_id, [ua.UInt32(handle) for handle in handles]
    ask, requests = client.uaclient.protocol.send_request, []
    requests.append(ua.SetMonitoringModeRequest())
    requests[-1].Parameters = ua.SetMonitoringModeParameters(number, ua.MonitoringMode.Sampling, items)
    requests.append(ua.SetTriggeringRequest())
    requests[-1].Parameters = ua.SetTriggeringParameters(number, items[0], items[1:3], [])
    requests.append(ua.SetPublishingModeRequest())
    requests[-1].Parameters = ua.SetPublishingModeParameters(True, [number])
    requests.append(ua.ModifySubscriptionRequest())
    requests[-1].Parameters = ua.ModifySubscriptionParameters(number, 200.0, ua.UInt32(100), ua.UInt32(10))
    requests.append(ua.RepublishRequest())
    requests[-1].Parameters = ua.RepublishParameters(number, ua.Counter(1))
    requests.append(ua.TransferSubscriptionsRequest())
    requests[-1].Parameters = ua.TransferSubscriptionsParameters([number], True)
    requests += [ua.CancelRequest(), ua.DeleteMonitoredItemsRequest()]
    for request in requests:
        with suppress(*_REFUSED):
            await ask(request)
    await subscription.delete()


def never_served() -> list[bytes]:
    """Requests of every service there is, empty: also those that this server does not know."""
    requests = [getattr(ua, name) for name in vars(ua) if name.endswith("Request")]
    return [struct_to_binary(kind()) for kind in requests if hasattr(kind(), "TypeId")]
