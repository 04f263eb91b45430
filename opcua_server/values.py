"""Times, status codes and single DataValues in OPC UA's terms."""

import time

from asyncua import ua

from plant.quality import is_bad

EPOCH_TICKS = 116_444_736_000_000_000
"""1970 in OPC UA time."""
_FARTHEST = 92 * 10**17
DOUBLE, UINT32, BOOLEAN, INT32, STATUS_CODE = 11, 7, 1, 6, 19


def to_ticks(nanoseconds: int) -> int:
    """OPC UA time (100 ns since 1601) of nanoseconds since 1970."""
    return nanoseconds // 100 + EPOCH_TICKS


def to_nanoseconds(ticks: int) -> int:
    """Nanoseconds since 1970 of an OPC UA time; the years that 64 bits can't tell (1678, 2261) end there."""
    return min(max((ticks - EPOCH_TICKS) * 100, -_FARTHEST), _FARTHEST)


def now() -> int:
    """The present wall time in OPC UA ticks."""
    return to_ticks(time.time_ns())


def status_code(code: int) -> ua.StatusCode:
    """The status code with this number."""
    return ua.StatusCode(ua.UInt32(code))


def stamped(value: ua.Variant, code: int = 0, source: int | None = None, server: int | None = None) -> ua.DataValue:
    """A DataValue with both timestamps (ticks; the present where not given); a Bad one carries no value."""
    server = now() if server is None else server
    source = server if source is None else source
    held = ua.Variant(None, ua.VariantType.Null) if is_bad(code) else value
    times = (ua.win_epoch_to_datetime(source), ua.win_epoch_to_datetime(server))
    return ua.DataValue(held, status_code(code), *times)  # type: ignore[arg-type] # asyncua's own times are plain ones


def bad(code: int) -> ua.DataValue:
    """The answer to an attribute that can't be read."""
    return ua.DataValue(ua.Variant(None, ua.VariantType.Null), status_code(code))


def scalar(value: float, variant: int) -> ua.Variant:
    """The value as a Variant of the tag's type."""
    python = float(value) if variant == DOUBLE else bool(value) if variant == BOOLEAN else int(value)
    return ua.Variant(python, ua.VariantType(variant))
