"""A client that listens to events: its subscription, what it has heard, and the calls of conditions."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from asyncua import Client, ua
from asyncua.common.subscription import Subscription

from tests.waiting import until_async

FIELDS = (
    "EventId", "EventType", "SourceNode", "SourceName", "Time", "ReceiveTime", "Message", "Severity", "ConditionName",
    "ConditionClassId", "BranchId", "Retain", "EnabledState/Id", "ActiveState", "ActiveState/Id", "AckedState/Id",
    "ConfirmedState/Id", "Quality", "Comment", "ClientUserId", "SuppressedOrShelved", "ShelvingState/CurrentState",
    "LimitState/CurrentState", "LimitState/CurrentState/Id", "HighLimit", "InputNode", "LastSeverity",
)  # fmt: skip
TYPES = ua.VariantType


def clause(path: str, kind: int = ua.ObjectIds.BaseEventType) -> ua.SimpleAttributeOperand:
    names = [ua.QualifiedName(name, ua.UInt16(0)) for name in path.split("/") if name]
    attribute = ua.AttributeIds.Value if names else ua.AttributeIds.NodeId
    return ua.SimpleAttributeOperand(ua.NodeId(ua.Int32(kind)), names, attribute)


def event_filter(where: ua.ContentFilter | None = None, paths: Sequence[str] = FIELDS) -> ua.EventFilter:
    chosen = [*(clause(path) for path in paths), clause("", ua.ObjectIds.ConditionType)]
    return ua.EventFilter(chosen, where or ua.ContentFilter())


def element(operator: ua.FilterOperator, *operands: Any) -> ua.ContentFilterElement:
    made = [one if isinstance(one, ua.FilterOperand) else ua.LiteralOperand(ua.Variant(*one)) for one in operands]
    return ua.ContentFilterElement(operator, made)


@dataclass
class Ear:
    """What was heard, by path; `Id` is the condition.

    A twin sends frames only when its test says so: that its worker is late is left out, unless a test is about it.
    """

    workers: bool = False
    subscription: Subscription | None = None
    item: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    def event_notification(self, event: Any) -> None:
        held = event.get_event_props_as_fields_dict()
        heard = {name.replace("NodeId", "Id"): value.Value for name, value in held.items()}
        if self.workers or heard.get("ConditionName") != "worker":
            self.events.append(heard)

    @property
    def messages(self) -> list[str]:
        return [event["Message"].Text for event in self.events]

    async def hears(self, count: int, what: str = "", within: float = 10.0) -> list[dict[str, Any]]:
        """That many events, or more."""

        async def enough() -> bool:
            return len(self.events) >= count

        try:
            await until_async(enough, f"{count} events {what}", within)
        except AssertionError:
            raise AssertionError(f"{len(self.events)} of {count} events {what}: {self.messages}") from None
        return self.events

    async def last(self, count: int) -> dict[str, Any]:
        return (await self.hears(count))[-1]


@asynccontextmanager
async def listening(
    client: Client, node: str = "i=2253", wanted: ua.EventFilter | None = None, queue: int = 0, workers: bool = False
) -> AsyncIterator[Ear]:
    """Everything that a node reports, until the end."""
    ear = Ear(workers)
    subscription = ear.subscription = await client.create_subscription(50, ear)
    try:
        found = wanted or event_filter()
        ear.item = await subscription.subscribe_events(ua.NodeId.from_string(node), evfilter=found, queuesize=queue)
        yield ear
    finally:
        await subscription.delete()


def condition(sim_id: str, alarm: str) -> str:
    return f"ns=2;s={sim_id}.Alarms.{alarm}"


async def call(client: Client, owner: str, method: str, *arguments: ua.Variant) -> int:
    """The status code of a call."""
    ids = ua.NodeId.from_string(owner), ua.NodeId.from_string(method)
    (result,) = await client.uaclient.call([ua.CallMethodRequest(*ids, list(arguments))])
    return int(result.StatusCode.value)


def about(event: bytes, comment: str | None = None) -> tuple[ua.Variant, ua.Variant]:
    """The arguments of Acknowledge, Confirm and AddComment."""
    text = ua.LocalizedText(comment) if comment is not None else ua.LocalizedText()
    return ua.Variant(event, TYPES.ByteString), ua.Variant(text, TYPES.LocalizedText)
