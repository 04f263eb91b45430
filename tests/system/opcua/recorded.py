"""What a HistoryRead answers, as tests compare it."""

from datetime import UTC, datetime
from typing import Any

from asyncua import ua


def at(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds // 1000 / 1e6, UTC)


def values(result: ua.HistoryReadResult) -> list[Any]:
    data = result.HistoryData
    return [] if isinstance(data, ua.ExtensionObject) else list(data.DataValues)


def numbers(result: ua.HistoryReadResult) -> list[Any]:
    return [None if value.Value is None else value.Value.Value for value in values(result)]
