"""What alarms are called in OPC UA: types, classes, limits and states with their nodes, and texts and times."""

import math
from collections.abc import Mapping
from typing import Any

from asyncua import ua

from opcua_server.names import node_id, standard
from opcua_server.values import to_ticks
from plant.alarms.condition import Shelving
from plant.alarms.declared import Alarm, Kind, Level

CONDITION_ID = "ConditionId"
"""The key of the condition's own NodeId, which clients select by an empty path."""
FOLDER = "Alarms"
"""The member of a simulation below which its alarms stand."""
TYPE_IDS: Mapping[Kind, ua.NodeId] = {
    Kind.LIMIT: standard(ua.ObjectIds.ExclusiveLimitAlarmType),
    Kind.OFF_NORMAL: standard(ua.ObjectIds.OffNormalAlarmType),
    Kind.SYSTEM: standard(ua.ObjectIds.SystemOffNormalAlarmType),
}
CLASSES = {
    Kind.LIMIT: (standard(ua.ObjectIds.ProcessConditionClassType), "ProcessConditionClassType"),
    Kind.OFF_NORMAL: (standard(ua.ObjectIds.ProcessConditionClassType), "ProcessConditionClassType"),
    Kind.SYSTEM: (standard(ua.ObjectIds.SystemConditionClassType), "SystemConditionClassType"),
}
LEVELS = {
    Level.HIGH_HIGH: ("HighHigh", ua.ObjectIds.ExclusiveLimitStateMachineType_HighHigh),
    Level.HIGH: ("High", ua.ObjectIds.ExclusiveLimitStateMachineType_High),
    Level.LOW: ("Low", ua.ObjectIds.ExclusiveLimitStateMachineType_Low),
    Level.LOW_LOW: ("LowLow", ua.ObjectIds.ExclusiveLimitStateMachineType_LowLow),
}
SHELVINGS = {
    Shelving.UNSHELVED: ("Unshelved", ua.ObjectIds.ShelvedStateMachineType_Unshelved),
    Shelving.TIMED: ("Timed Shelved", ua.ObjectIds.ShelvedStateMachineType_TimedShelved),
    Shelving.ONE_SHOT: ("One Shot Shelved", ua.ObjectIds.ShelvedStateMachineType_OneShotShelved),
}


def condition_node(sim_id: str, alarm: str, *path: str) -> ua.NodeId:
    """The node of an alarm, or of something below it."""
    return node_id(sim_id, FOLDER, alarm, *path)


def moment(nanoseconds: int) -> Any:
    """A time as asyncua takes it; None for one that never was."""
    return ua.win_epoch_to_datetime(to_ticks(nanoseconds)) if nanoseconds else None


def text(words: str) -> ua.LocalizedText:
    """A text in English."""
    return ua.LocalizedText(words, "en")


def is_limit(alarm: Alarm, level: Level) -> bool:
    """Whether the alarm has this limit."""
    bound = alarm.bound(level)
    return alarm.kind is Kind.LIMIT and bound is not None and math.isfinite(bound.limit)
