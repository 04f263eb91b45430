"""The methods of conditions: operators' orders, and ConditionRefresh."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.alarms.fields import View
from opcua_server.alarms.groups import Group
from opcua_server.alarms.items import EventItems
from opcua_server.alarms.nodes import AlarmNodes
from opcua_server.alarms.notifier import notifiers_of
from opcua_server.alarms.occurrence import AlarmOccurrence, server_event
from opcua_server.alarms.targets import REFRESH, REFRESH_2, Targets
from opcua_server.alarms.watch import Watch
from opcua_server.arguments import Argument, InvalidArguments, check_arguments
from opcua_server.values import status_code
from plant.access import Caller as Known
from plant.access import Right, may
from plant.alarms.identity import serial_of
from plant.alarms.orders import Asked, NotNow, Order, OtherEvent, Reason, ShelvingTime
from plant.errors import PlantError
from plant.ownership import may_change, may_see

_CODES, _TYPES, _IDS = ua.StatusCodes, ua.VariantType, ua.ObjectIds
_REASONS: Mapping[Reason, int] = {
    Reason.DISABLED: _CODES.BadConditionDisabled,
    Reason.ALREADY_ENABLED: _CODES.BadConditionAlreadyEnabled,
    Reason.ALREADY_DISABLED: _CODES.BadConditionAlreadyDisabled,
    Reason.ALREADY_ACKNOWLEDGED: _CODES.BadConditionBranchAlreadyAcked,
    Reason.ALREADY_CONFIRMED: _CODES.BadConditionBranchAlreadyConfirmed,
    Reason.ALREADY_SHELVED: _CODES.BadConditionAlreadyShelved,
    Reason.NOT_SHELVED: _CODES.BadConditionNotShelved,
}
_REFRESH_SEVERITY = 1
_EVENT_AND_COMMENT = (Argument("EventId", _TYPES.ByteString, ""), Argument("Comment", _TYPES.LocalizedText, ""))
_SHELVING_TIME = (Argument("ShelvingTime", _TYPES.Double, ""),)
_REFRESH_ARGUMENTS = (
    Argument("SubscriptionId", _TYPES.UInt32, ""), Argument("MonitoredItemId", _TYPES.UInt32, "")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Method:
    order: Order
    arguments: tuple[Argument, ...] = ()


_METHODS: Mapping[str, _Method] = {
    "Acknowledge": _Method(Order.ACKNOWLEDGE, _EVENT_AND_COMMENT),
    "Confirm": _Method(Order.CONFIRM, _EVENT_AND_COMMENT),
    "AddComment": _Method(Order.COMMENT, _EVENT_AND_COMMENT),
    "Enable": _Method(Order.ENABLE),
    "Disable": _Method(Order.DISABLE),
    "TimedShelve": _Method(Order.TIMED_SHELVE, _SHELVING_TIME),
    "OneShotShelve": _Method(Order.ONE_SHOT_SHELVE),
    "Unshelve": _Method(Order.UNSHELVE),
}


class Caller(Protocol):
    """The session that calls: who it is, and the event items of a subscription that is its own."""

    @property
    def who(self) -> Known:
        """Who calls."""

    def own_items(self, subscription: int) -> EventItems:
        """The items of one of its subscriptions. Raises ServiceError."""


class AlarmMethods:
    """Answers calls that are about alarms."""

    def __init__(self, nodes: AlarmNodes, watch: Watch, record: Callable[[], Awaitable[bool]]) -> None:
        self._watch, self._record = watch, record
        self._targets = Targets(nodes)
        self.concerns = self._targets.concerns

    async def call(self, request: ua.CallMethodRequest, name: str | None, caller: Caller) -> ua.CallMethodResult:
        """Carry out a call; `name` is the BrowseName of the method. Problems are the result's status code."""
        arguments = list(request.InputArguments or ())
        try:
            if request.MethodId in (REFRESH, REFRESH_2):
                self._targets.check_refresh(request.ObjectId)
                return self._refresh(request.MethodId == REFRESH_2, arguments, caller)
            return await self._order(request, name or "", arguments, caller)
        except InvalidArguments as error:
            return error.result()
        except ServiceError as error:
            return ua.CallMethodResult(StatusCode=status_code(error.code))
        except PlantError as error:
            return ua.CallMethodResult(StatusCode=status_code(_code(error)))

    async def _order(
        self, request: ua.CallMethodRequest, name: str, arguments: list[ua.Variant], caller: Caller
    ) -> ua.CallMethodResult:
        group, place = self._targets.find(request, name)
        method = _METHODS[name]
        if not (may(caller.who, Right.OPERATE) and may_change(caller.who, group.live.record)):
            raise ServiceError(_CODES.BadUserAccessDenied)
        check_arguments(arguments, method.arguments)
        self._watch.order(group, place, _asked(method, group, place, arguments, str(caller.who)))
        done = await self._record()
        return ua.CallMethodResult(
            StatusCode=status_code(_CODES.Good if done else _CODES.GoodCompletesAsynchronously),
            InputArgumentResults=[ua.StatusCode() for _ in arguments],
        )

    def _refresh(self, one: bool, arguments: list[ua.Variant], caller: Caller) -> ua.CallMethodResult:
        if not may(caller.who, Right.READ):
            raise ServiceError(_CODES.BadUserAccessDenied)
        check_arguments(arguments, _REFRESH_ARGUMENTS[: 1 + one])
        items = caller.own_items(int(arguments[0].Value or 0))
        listening = items.event_items()
        if one:
            number = int(arguments[1].Value or 0)
            if number not in listening:
                raise ServiceError(_CODES.BadMonitoredItemIdInvalid)
            listening = {number: listening[number]}
        start, end = (server_event(kind, text, _REFRESH_SEVERITY) for kind, text in _AROUND)
        for number, node in listening.items():
            items.refresh(number, [event for event, nodes in self._retained(caller.who) if node in nodes], (start, end))
        return ua.CallMethodResult(InputArgumentResults=[ua.StatusCode() for _ in arguments])

    def _retained(self, who: Known) -> list[tuple[AlarmOccurrence, list[ua.NodeId]]]:
        found = []
        for sim_id, group in self._watch.groups.items():
            nodes = notifiers_of(sim_id, group.live.record.model_id) if group.conditions else []
            for place, condition in group.conditions.items():
                if condition.retain and may_see(who, group.live.record):
                    view = View(sim_id, group.declared.alarms[place], condition, condition.message)
                    found.append((AlarmOccurrence(view), nodes))
        return found


_AROUND = (
    (_IDS.RefreshStartEventType, "the alarms follow"),
    (_IDS.RefreshEndEventType, "these were the alarms"),
)


def _asked(method: _Method, group: Group, place: int, arguments: Sequence[ua.Variant], user: str) -> Asked:
    given: dict[str, Any] = {}
    if method.arguments == _EVENT_AND_COMMENT:
        alarm, sim_id = group.declared.alarms[place], group.live.record.sim_id
        serial = serial_of(sim_id, alarm.name, bytes(arguments[0].Value or b""))
        if serial is None:
            raise ServiceError(_CODES.BadEventIdUnknown)
        given = {"serial": serial, "comment": _comment(arguments[1].Value)}
    elif method.arguments:
        given = {"seconds": None if arguments[0].Value is None else float(arguments[0].Value) / 1000}
    return Asked(method.order, user, time.time_ns(), **given)


def _comment(text: ua.LocalizedText | None) -> str | None:
    """None leaves the comment as it is: neither text nor locale (OPC 10000-9 5.5.6)."""
    if text is None or (not text.Text and not text.Locale):
        return None
    return text.Text or ""


def _code(error: PlantError) -> int:
    if isinstance(error, NotNow):
        return _REASONS[error.reason]
    if isinstance(error, OtherEvent):
        return _CODES.BadEventIdUnknown
    return _CODES.BadShelvingTimeOutOfRange if isinstance(error, ShelvingTime) else _CODES.BadInvalidArgument
