"""Aggregates and values at given times, from what the server has recorded."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from asyncua import Client, ua

from tests.system.opcua.recorded import at, numbers, values
from tests.system.opcua.rig import Twin
from tests.waiting import until_async

CODES, IDS = ua.StatusCodes, ua.ObjectIds
HOUR = timedelta(hours=1)
Read = Callable[..., Awaitable[ua.HistoryReadResult]]


@pytest.fixture
def ask(client: Client, twin: Twin) -> Read:
    async def request(details: Any, tag: str = "reflux_flow", point: bytes | None = None) -> ua.HistoryReadResult:
        wanted = ua.HistoryReadValueId(ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.{tag}"))
        wanted.ContinuationPoint = point  # type: ignore[assignment]
        params = ua.HistoryReadParameters(details, ua.TimestampsToReturn.Both, False, [wanted])
        (result,) = await client.uaclient.history_read(params)
        return result

    return request


@pytest.fixture
async def times(twin: Twin, ask: Read) -> list[datetime]:
    """When eight samples of 1, 2, 3 ... were taken."""
    samples = []
    for number in range(1, 9):
        twin.simulation.set("reflux_flow", number / 4)
        samples.append(at((await twin.step()).wall_time))

    async def recorded() -> bool:
        return numbers(await ask(processed("Count", samples[0] - HOUR, samples[-1] + HOUR))) == [8]

    await until_async(recorded, "eight samples are recorded")
    return samples


def processed(name: str, start: datetime, end: datetime, milliseconds: float = 0.0) -> ua.ReadProcessedDetails:
    kind = ua.NodeId(ua.Int32(getattr(IDS, f"AggregateFunction_{name}")))
    defaults = ua.AggregateConfiguration(UseServerCapabilitiesDefaults=True)
    return ua.ReadProcessedDetails(start, end, milliseconds, [kind], defaults)


async def test_aggregates_of_everything(ask: Read, times: list[datetime]) -> None:
    start, end = times[0] - HOUR, times[-1] + HOUR
    for name, wanted in (("Average", 1.125), ("Minimum", 0.25), ("Maximum", 2.0), ("Range", 1.75), ("Delta", 1.75)):
        result = await ask(processed(name, start, end))
        assert numbers(result) == [wanted]
        (value,) = values(result)
        assert value.StatusCode.value == CODES.Good | 0x405  # the record does not reach from end to end
        assert abs(value.SourceTimestamp - start) < timedelta(microseconds=2)
        assert value.ServerTimestamp is not None
    (count,) = values(await ask(processed("Count", start, end)))
    assert (count.Value.Value, count.Value.VariantType) == (8, ua.VariantType.Int32)
    (first,) = values(await ask(processed("Start", start, end)))
    assert (first.Value.Value, abs(first.SourceTimestamp - times[0]) < timedelta(microseconds=2)) == (0.25, True)


async def test_pages_of_intervals(ask: Read, times: list[datetime]) -> None:
    start = times[0] - HOUR
    details = processed("Count", start, start + timedelta(seconds=7200), 3000.0)
    found, result = [], await ask(details)
    assert len(values(result)) == 1000
    found += numbers(result)
    while result.ContinuationPoint:
        result = await ask(details, point=result.ContinuationPoint)
        found += numbers(result)
    assert len(found) == 2400
    assert sum(number or 0 for number in found) == 8
    gone = await ask(details, point=b"12345678")
    assert gone.StatusCode.value == CODES.BadContinuationPointInvalid


def counted(result: ua.HistoryReadResult) -> int:
    return sum(number or 0 for number in numbers(result))


async def test_backwards(ask: Read, times: list[datetime]) -> None:
    start, end = times[-1] + HOUR, times[0] - HOUR
    forwards = counted(await ask(processed("Count", end, start, 1_800_000.0)))
    backwards = await ask(processed("Count", start, end, 1_800_000.0))
    assert counted(backwards) == forwards == 8
    assert [value.SourceTimestamp for value in values(backwards)] == sorted(
        (value.SourceTimestamp for value in values(backwards)), reverse=True
    )


async def test_no_data_and_what_is_not_served(ask: Read, times: list[datetime]) -> None:
    old = times[0] - 10 * HOUR
    (value,) = values(await ask(processed("Average", old, old + HOUR)))
    assert value.StatusCode.value == CODES.BadNoData
    unknown = processed("AnnotationCount", old, old + HOUR)
    assert (await ask(unknown)).StatusCode.value == CODES.BadAggregateNotSupported
    two = processed("Average", old, old + HOUR)
    two.AggregateType = [*two.AggregateType, *two.AggregateType]
    assert (await ask(two)).StatusCode.value == CODES.BadAggregateListMismatch
    assert (await ask(processed("Average", old, old + HOUR), tag="Status")).StatusCode.value == (
        CODES.BadHistoryOperationUnsupported
    )
    modified = ua.ReadRawModifiedDetails(True, old, old + HOUR, ua.Counter(1), False)
    assert (await ask(modified)).StatusCode.value == CODES.BadHistoryOperationUnsupported


async def test_at_given_times(ask: Read, times: list[datetime]) -> None:
    between = times[2] + (times[3] - times[2]) / 2
    wanted = [times[0] + timedelta(microseconds=1), between, times[7] + HOUR, times[0] - HOUR]
    result = await ask(ua.ReadAtTimeDetails(wanted, False))
    first, middle, last, none = values(result)
    assert first.Value.Value == pytest.approx(0.25, abs=0.01)
    assert middle.Value.Value == pytest.approx(0.875, abs=0.05)
    assert middle.StatusCode.value == CODES.Good | 0x402
    assert last.StatusCode.value == CODES.UncertainDataSubNormal | 0x402
    assert last.Value.Value == 2.0
    assert none.StatusCode.value == CODES.BadNoData
    for value, time in zip(values(result), wanted, strict=True):
        assert abs(value.SourceTimestamp - time) < timedelta(microseconds=2)
    stepped = values(await ask(ua.ReadAtTimeDetails([between], False), tag="distillate_methanol_mode"))
    assert stepped[0].Value.VariantType is ua.VariantType.UInt32
    assert (await ask(ua.ReadAtTimeDetails([], False))).StatusCode.value == CODES.BadNothingToDo
