"""GetMonitoredItems and ResendData: for clients that have lost sight of a subscription of theirs."""

from dataclasses import dataclass, field
from typing import Any

from asyncua import Client, ua

from tests.system.opcua.hearing import event_filter
from tests.system.opcua.rig import Served, Twin
from tests.waiting import until_async

CODES, TYPES = ua.StatusCodes, ua.VariantType
SERVER, GET, RESEND = "i=2253", "i=11492", "i=12873"


@dataclass
class Seen:
    values: list[tuple[str, Any]] = field(default_factory=list)

    def datachange_notification(self, node: Any, value: Any, _: Any) -> None:
        self.values.append((node.nodeid.to_string(), value))

    def event_notification(self, _: Any) -> None:
        """Nothing is told here."""


async def call(client: Client, method: str, *arguments: ua.Variant, owner: str = SERVER) -> ua.CallMethodResult:
    request = ua.CallMethodRequest(ua.NodeId.from_string(owner), ua.NodeId.from_string(method), list(arguments))
    (result,) = await client.uaclient.call([request])
    return result


def number(of: int) -> ua.Variant:
    return ua.Variant(of, TYPES.UInt32)


async def test_a_client_learns_what_it_monitors_and_has_it_sent_again(client: Client, twin: Twin) -> None:
    seen = Seen()
    subscription = await client.create_subscription(50, seen)
    nodes = [client.get_node(f"ns=2;s={twin.sim_id}.{name}") for name in ("reflux_flow", "steam_flow", "Status")]
    ids = list(await subscription.subscribe_data_change(nodes))
    ids.append(await subscription.subscribe_events(ua.NodeId.from_string(SERVER), evfilter=event_filter()))
    result = await call(client, GET, number(subscription.subscription_id))
    assert result.StatusCode.is_good()
    servers, clients = (output.Value for output in result.OutputArguments)
    assert sorted(servers) == sorted(ids)
    held = {item.server_handle: handle for handle, item in subscription._monitored_items.items()}
    assert dict(zip(servers, clients, strict=True)) == held

    async def told(count: int) -> bool:
        return len(seen.values) >= count

    await until_async(lambda: told(3), "the present values have come")
    first = list(seen.values)
    assert (await call(client, RESEND, number(subscription.subscription_id))).StatusCode.is_good()
    await until_async(lambda: told(6), "they come once more")
    assert sorted(seen.values[3:]) == sorted(first)
    await subscription.delete()
    empty = await call(client, GET, number(subscription.subscription_id))
    assert empty.StatusCode.value == CODES.BadSubscriptionIdInvalid


async def test_only_the_own_subscriptions_and_fitting_arguments(client: Client, served: Served) -> None:
    async with Client(served.url, timeout=20) as other:
        strange = await other.create_subscription(1000, Seen())
        for method in (GET, RESEND):
            for arguments, code in (
                ([number(strange.subscription_id)], CODES.BadSubscriptionIdInvalid),
                ([number(2**32 - 1)], CODES.BadSubscriptionIdInvalid),
                ([], CODES.BadArgumentsMissing),
                ([number(1), number(2)], CODES.BadTooManyArguments),
                ([ua.Variant("1", TYPES.String)], CODES.BadInvalidArgument),
            ):
                assert (await call(client, method, *arguments)).StatusCode.value == code
            elsewhere = await call(client, method, number(strange.subscription_id), owner="i=2268")
            assert elsewhere.StatusCode.value == CODES.BadMethodInvalid
        await strange.delete()
