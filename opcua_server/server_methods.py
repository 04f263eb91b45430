"""The methods of the Server object: what a subscription monitors, and all of it once more (OPC 10000-5 9.1, 9.2)."""

from collections.abc import Callable, Mapping
from typing import Protocol

from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.arguments import Argument, InvalidArguments, check_arguments
from opcua_server.monitoring import Items
from opcua_server.names import standard
from opcua_server.values import status_code
from plant.access import Caller as Known

_TYPES, _IDS = ua.VariantType, ua.ObjectIds
_SERVER = standard(_IDS.Server)
_ARGUMENTS = (Argument("SubscriptionId", _TYPES.UInt32, "The subscription, one of the session that calls"),)


class Caller(Protocol):
    """The session that calls: who it is, and the items of a subscription that is its own."""

    @property
    def who(self) -> Known:
        """Who calls."""

    def own_items(self, subscription: int) -> Items:
        """The items of one of its subscriptions. Raises ServiceError."""


def concerns_server(request: ua.CallMethodRequest) -> bool:
    """Whether the call is for one of these."""
    return request.ObjectId == _SERVER and request.MethodId in _METHODS


def call_server(request: ua.CallMethodRequest, caller: Caller) -> ua.CallMethodResult:
    """Carry out such a call; problems are the result's status code."""
    try:
        (number,) = check_arguments(request.InputArguments or (), _ARGUMENTS)
        outputs = _METHODS[request.MethodId](caller.own_items(int(number or 0)))
    except InvalidArguments as error:
        return error.result()
    except ServiceError as error:
        return ua.CallMethodResult(StatusCode=status_code(error.code))
    return ua.CallMethodResult(InputArgumentResults=[ua.StatusCode()], OutputArguments=outputs)


def _monitored(items: Items) -> list[ua.Variant]:
    handles = items.handles()
    return [ua.Variant(list(each), _TYPES.UInt32, is_array=True) for each in (handles.keys(), handles.values())]


def _resend(items: Items) -> list[ua.Variant]:
    items.resend()
    return []


_METHODS: Mapping[ua.NodeId, Callable[[Items], list[ua.Variant]]] = {
    standard(_IDS.Server_GetMonitoredItems): _monitored,
    standard(_IDS.ServerType_GetMonitoredItems): _monitored,
    standard(_IDS.Server_ResendData): _resend,
    standard(_IDS.ServerType_ResendData): _resend,
}
