"""DataChangeFilters: when a monitored tag is worth a notification (OPC 10000-4 7.22.2, OPC 10000-8 7.2)."""

import math
from dataclasses import dataclass

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.ua.uaprotocol_auto import DataChangeFilter, EventFilter

from plant.tags import Tag

_CODES = ua.StatusCodes
_TRIGGERS = frozenset(ua.DataChangeTrigger)


@dataclass(frozen=True, slots=True)
class Filter:
    """What counts as a change, and by how much the value must differ (in the tag's unit)."""

    trigger: ua.DataChangeTrigger = ua.DataChangeTrigger.StatusValue
    deadband: float = 0.0


def read_filter(wanted: object, tag: Tag | None) -> Filter:
    """The filter that a client asked for on a tag, or on a node that is none. Raises ServiceError."""
    if wanted is None or (isinstance(wanted, ua.ExtensionObject) and wanted.TypeId.is_null()):
        return Filter()
    if isinstance(wanted, EventFilter):
        raise ServiceError(_CODES.BadFilterNotAllowed)
    if not isinstance(wanted, DataChangeFilter):
        raise ServiceError(_CODES.BadMonitoredItemFilterUnsupported)
    kind, size = wanted.DeadbandType, float(wanted.DeadbandValue)
    if wanted.Trigger not in _TRIGGERS:
        raise ServiceError(_CODES.BadMonitoredItemFilterInvalid)
    if kind == ua.DeadbandType.None_:
        return Filter(wanted.Trigger)
    if tag is None or tag.states:
        raise ServiceError(_CODES.BadFilterNotAllowed)
    highest = 100.0 if kind == ua.DeadbandType.Percent else math.inf
    if kind not in (ua.DeadbandType.Absolute, ua.DeadbandType.Percent) or not 0 <= size <= highest or math.isinf(size):
        raise ServiceError(_CODES.BadDeadbandFilterInvalid)
    absolute = size / 100 * (tag.high - tag.low) if kind == ua.DeadbandType.Percent else size
    return Filter(wanted.Trigger, absolute)
