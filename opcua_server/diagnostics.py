"""Server/ServerDiagnostics: how many sessions, subscriptions and refusals there are and were, counted when asked."""

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue

from opcua_server.names import standard
from opcua_server.values import stamped

if TYPE_CHECKING:
    from opcua_server.shared_services import Services

_SUMMARY = "Server_ServerDiagnostics_ServerDiagnosticsSummary"
_VARIANTS = ua.VariantType


def summary(services: "Services") -> ua.ServerDiagnosticsSummaryDataType:
    """The numbers since this process began; views are not served."""
    meter, subscriptions = services.meter, services.subscription_service.subscriptions.values()
    refused = {name: meter.faults.get(name, 0) for name in ("CreateSession", "ActivateSession")}
    counted = {
        "ServerViewCount": 0,
        "CurrentSessionCount": len(services._external_sessions),
        "CumulatedSessionCount": meter.served("CreateSession"),
        "SecurityRejectedSessionCount": refused["ActivateSession"],
        "RejectedSessionCount": sum(refused.values()),
        "SessionTimeoutCount": services.timed_out,
        "SessionAbortCount": max(0, meter.served("CreateSession") - meter.served("CloseSession")
                                 - len(services._external_sessions) - services.timed_out),
        "CurrentSubscriptionCount": len(subscriptions),
        "CumulatedSubscriptionCount": meter.served("CreateSubscription"),
        "PublishingIntervalCount": len({one.data.RevisedPublishingInterval for one in subscriptions}),
        "SecurityRejectedRequestsCount": refused["ActivateSession"],
        "RejectedRequestsCount": sum(meter.faults.values()),
    }  # fmt: skip
    return ua.ServerDiagnosticsSummaryDataType(**{name: ua.UInt32(number) for name, number in counted.items()})


def show_summary(space: AddressSpace, services: "Services") -> None:
    """Have the nodes of the summary answer the numbers."""
    _answer(space, _SUMMARY, lambda: ua.Variant(summary(services), _VARIANTS.ExtensionObject))
    for name in (one.name for one in fields(ua.ServerDiagnosticsSummaryDataType)):
        _answer(space, f"{_SUMMARY}_{name}", _field(services, name))


def _field(services: "Services", name: str) -> Callable[[], ua.Variant]:
    return lambda: ua.Variant(getattr(summary(services), name), _VARIANTS.UInt32)


def _answer(space: AddressSpace, name: str, value: Callable[[], ua.Variant]) -> None:
    held = AttributeValue(ua.DataValue())
    held.value_callback = lambda *_: stamped(value())
    space[standard(int(getattr(ua.ObjectIds, name)))].attributes[ua.AttributeIds.Value] = held
