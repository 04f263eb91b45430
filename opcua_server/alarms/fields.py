"""Every field of a condition, by its path: what events carry and what the nodes of the address space show."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from asyncua import ua

from opcua_server.alarms.vocabulary import (
    CLASSES,
    CONDITION_ID,
    LEVELS,
    SHELVINGS,
    TYPE_IDS,
    condition_node,
    moment,
    text,
)
from opcua_server.names import node_id, standard
from opcua_server.values import status_code
from plant.alarms.condition import Condition
from plant.alarms.declared import Alarm, Kind, Level
from plant.alarms.identity import event_id
from plant.alarms.orders import LONGEST_SHELVING

_TYPES = ua.VariantType


@dataclass(frozen=True, slots=True)
class View:
    """One alarm as it is shown: `message` tells what happened, `received` is when the server took it (ns)."""

    sim_id: str
    alarm: Alarm
    condition: Condition
    message: str
    received: int = field(default_factory=time.time_ns)

    @property
    def source(self) -> ua.NodeId:
        """The tag, or the simulation where it is about its worker."""
        return node_id(self.sim_id) if self.alarm.tag is None else node_id(self.sim_id, self.alarm.name)

    @property
    def source_name(self) -> str:
        """The full name of the tag, or the SimID."""
        return self.sim_id if self.alarm.tag is None else f"{self.sim_id}.{self.alarm.name}"

    def value(self, path: str) -> ua.Variant:
        """The field with this path (`AckedState/Id`); null where there is none, or nothing in it."""
        found = FIELDS.get(path)
        if found is None:
            return ua.Variant()
        if not self.condition.enabled and path not in _ALWAYS:
            return ua.Variant(status_code(ua.StatusCodes.BadConditionDisabled), _TYPES.StatusCode)
        variant, read = found
        value = read(self)
        return ua.Variant() if value is None else ua.Variant(value, variant)


_Field = tuple[ua.VariantType, Callable[[View], Any]]


def _two_state(name: str, attribute: str, words: tuple[str, str], since: str) -> dict[str, _Field]:
    def is_so(view: View) -> bool:
        return bool(getattr(view.condition, attribute))

    return {
        name: (_TYPES.LocalizedText, lambda view: text(words[is_so(view)])),
        f"{name}/Id": (_TYPES.Boolean, is_so),
        f"{name}/TransitionTime": (_TYPES.DateTime, lambda view: moment(getattr(view.condition, since))),
    }


def _stamped(name: str, variant: ua.VariantType, read: Callable[[Condition], Any], since: str) -> dict[str, _Field]:
    return {
        name: (variant, lambda view: read(view.condition)),
        f"{name}/SourceTimestamp": (
            _TYPES.DateTime, lambda view: moment(getattr(view.condition, since) or view.condition.at)
        ),
    }  # fmt: skip


def _limit(name: str, level: Level) -> dict[str, _Field]:
    def part(attribute: str) -> Callable[[View], Any]:
        return lambda view: getattr(view.alarm.bound(level), attribute, None)

    return {
        f"{name}Limit": (_TYPES.Double, part("limit")),
        f"Base{name}Limit": (_TYPES.Double, part("limit")),
        f"Severity{name}": (_TYPES.UInt16, part("severity")),
        f"{name}Deadband": (_TYPES.Double, part("hysteresis")),
    }


def _level_name(view: View) -> str | None:
    known = LEVELS.get(view.condition.level) if view.alarm.kind is Kind.LIMIT else None
    return None if known is None else known[0]


def _effective(view: View) -> ua.LocalizedText:
    return text(_level_name(view) or ("Active" if view.condition.level else "Inactive"))


def _level_id(view: View) -> ua.NodeId | None:
    return standard(LEVELS[view.condition.level][1]) if _level_name(view) else None


def _unshelve_time(view: View) -> float:
    """Milliseconds that are left."""
    return max(0.0, (view.condition.unshelve_at - time.time_ns()) / 1e6) if view.condition.shelved else 0.0


FIELDS: Mapping[str, _Field] = {
    "EventId": (
        _TYPES.ByteString, lambda view: event_id(view.sim_id, view.alarm.name, view.condition.serial)
    ),
    "EventType": (_TYPES.NodeId, lambda view: TYPE_IDS[view.alarm.kind]),
    "SourceNode": (_TYPES.NodeId, lambda view: view.source),
    "SourceName": (_TYPES.String, lambda view: view.source_name),
    "Time": (_TYPES.DateTime, lambda view: moment(view.condition.at)),
    "ReceiveTime": (_TYPES.DateTime, lambda view: moment(view.received)),
    "Message": (_TYPES.LocalizedText, lambda view: text(view.message)),
    "Severity": (_TYPES.UInt16, lambda view: view.condition.severity),
    CONDITION_ID: (_TYPES.NodeId, lambda view: condition_node(view.sim_id, view.alarm.name)),
    "ConditionClassId": (_TYPES.NodeId, lambda view: CLASSES[view.alarm.kind][0]),
    "ConditionClassName": (_TYPES.LocalizedText, lambda view: text(CLASSES[view.alarm.kind][1])),
    "ConditionName": (_TYPES.String, lambda view: view.alarm.name),
    "BranchId": (_TYPES.NodeId, lambda _: ua.NodeId()),
    "Retain": (_TYPES.Boolean, lambda view: view.condition.retain),
    **_two_state("EnabledState", "enabled", ("Disabled", "Enabled"), "enabled_at"),
    **_two_state("ActiveState", "level", ("Inactive", "Active"), "active_at"),
    "ActiveState/EffectiveDisplayName": (_TYPES.LocalizedText, _effective),
    "ActiveState/EffectiveTransitionTime": (_TYPES.DateTime, lambda view: moment(view.condition.level_at)),
    **_two_state("AckedState", "acked", ("Unacknowledged", "Acknowledged"), "acked_since"),
    **_two_state("ConfirmedState", "confirmed", ("Unconfirmed", "Confirmed"), "confirmed_at"),
    **_stamped("Quality", _TYPES.StatusCode, lambda state: status_code(state.quality), "quality_at"),
    **_stamped("LastSeverity", _TYPES.UInt16, lambda state: state.last_severity, "severity_at"),
    **_stamped("Comment", _TYPES.LocalizedText, lambda state: text(state.comment), "comment_at"),
    "ClientUserId": (_TYPES.String, lambda view: view.condition.user),
    "InputNode": (_TYPES.NodeId, lambda view: ua.NodeId() if view.alarm.tag is None else view.source),
    "SuppressedOrShelved": (_TYPES.Boolean, lambda view: view.condition.shelved),
    "MaxTimeShelved": (_TYPES.Double, lambda _: LONGEST_SHELVING * 1000),
    "OnDelay": (_TYPES.Double, lambda view: view.alarm.on_delay * 1000),
    "OffDelay": (_TYPES.Double, lambda view: view.alarm.off_delay * 1000),
    "ShelvingState/CurrentState": (_TYPES.LocalizedText, lambda view: text(SHELVINGS[view.condition.shelving][0])),
    "ShelvingState/CurrentState/Id": (_TYPES.NodeId, lambda view: standard(SHELVINGS[view.condition.shelving][1])),
    "ShelvingState/UnshelveTime": (_TYPES.Double, _unshelve_time),
    "LimitState/CurrentState": (
        _TYPES.LocalizedText, lambda view: text(_level_name(view) or "") if _level_name(view) else None
    ),
    "LimitState/CurrentState/Id": (_TYPES.NodeId, _level_id),
    **_limit("HighHigh", Level.HIGH_HIGH),
    **_limit("High", Level.HIGH),
    **_limit("Low", Level.LOW),
    **_limit("LowLow", Level.LOW_LOW),
    "NormalState": (_TYPES.NodeId, lambda _: ua.NodeId()),
}  # fmt: skip
_ALWAYS = frozenset({
    "EventId", "EventType", "SourceNode", "SourceName", "Time", "ReceiveTime", "Message", "Severity", CONDITION_ID,
    "ConditionClassId", "ConditionClassName", "ConditionName", "BranchId", "Retain", "EnabledState", "EnabledState/Id",
    "EnabledState/TransitionTime",
})  # fmt: skip
"""What a disabled condition still tells."""
