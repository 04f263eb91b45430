"""What clients ask for, held to what the server does; what they ask of monitored items, revised."""

import math
from collections.abc import Sequence
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.data_encodings import refused_encoding
from opcua_server.index_ranges import refused_range
from opcua_server.limits import LIMITS
from opcua_server.values import status_code

_TICKS_PER_MS = 10_000
_CODES = ua.StatusCodes


def check_count(operations: Sequence[Any] | None) -> None:
    """Raises ServiceError for a request with no operation, or with more than the server takes at once."""
    if not operations:
        raise ServiceError(_CODES.BadNothingToDo)
    if len(operations) > LIMITS.nodes_per_request:
        raise ServiceError(_CODES.BadTooManyOperations)


def revised_queue(parameters: ua.MonitoringParameters) -> int:
    """The queue size that an item gets."""
    return min(max(int(parameters.QueueSize), 1), LIMITS.queue)


def revised_sampling(parameters: ua.MonitoringParameters, publishing: float) -> float:
    """The sampling interval (ms) that an item gets; 0 takes every sample. Negative means the publishing interval."""
    wish = float(parameters.SamplingInterval)
    if math.isnan(wish) or wish < 0:
        return publishing
    return min(wish, LIMITS.longest_publishing_ms)


def to_interval(milliseconds: float) -> int:
    """A sampling interval in ticks."""
    return int(milliseconds * _TICKS_PER_MS)


def check_mode(mode: object) -> None:
    """Raises ServiceError for what is no monitoring mode."""
    if mode not in (ua.MonitoringMode.Disabled, ua.MonitoringMode.Sampling, ua.MonitoringMode.Reporting):
        raise ServiceError(_CODES.BadMonitoringModeInvalid)


def check_whole(target: ua.ReadValueId | ua.HistoryReadValueId, attribute: int) -> None:
    """Raises ServiceError for an encoding that can't be had, and for a part of what is told as a whole only."""
    refusal = refused_encoding(target.DataEncoding, attribute) or refused_range(target.IndexRange)
    if refusal is not None:
        raise ServiceError(refusal)


def create_failed(code: int) -> ua.MonitoredItemCreateResult:
    """The result of an item that can't be made."""
    return ua.MonitoredItemCreateResult(StatusCode=status_code(code))


def modify_failed(code: int) -> ua.MonitoredItemModifyResult:
    """The result of an item that can't be changed."""
    return ua.MonitoredItemModifyResult(StatusCode=status_code(code))
