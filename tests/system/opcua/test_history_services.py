"""HistoryRead as a whole: every aggregate that the server lists, its options, times, many nodes, released points."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from asyncua import Client, ua

from opcua_server.aggregates import AGGREGATES
from tests.system.opcua.recorded import at, numbers, values
from tests.system.opcua.rig import Twin
from tests.waiting import until_async

CODES, IDS, TIMES = ua.StatusCodes, ua.ObjectIds, ua.TimestampsToReturn
HOUR, MICROSECOND = timedelta(hours=1), timedelta(microseconds=1)
VALUES = [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0]
Ask = Callable[..., Awaitable[list[ua.HistoryReadResult]]]


@pytest.fixture
def ask(client: Client, twin: Twin) -> Ask:
    async def request(
        details: Any, *tags: str, times: Any = TIMES.Both, points: tuple[Any, ...] = (), release: bool = False
    ) -> list[ua.HistoryReadResult]:
        wanted = [ua.HistoryReadValueId(ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.{tag}"))
                  for tag in tags or ("reflux_flow",)]  # fmt: skip
        for node, point in zip(wanted, points, strict=False):
            node.ContinuationPoint = point
        found: list[ua.HistoryReadResult] = await client.uaclient.history_read(
            ua.HistoryReadParameters(details, times, release, wanted)
        )
        return found

    return request


@pytest.fixture
async def taken(twin: Twin, ask: Ask) -> list[datetime]:
    """When the samples of VALUES were taken."""
    samples = []
    for number in VALUES:
        twin.simulation.set("reflux_flow", number)
        samples.append(at((await twin.step()).wall_time))

    async def recorded() -> bool:
        (found,) = await ask(processed("Count", samples[0] - HOUR, samples[-1] + HOUR))
        return numbers(found) == [len(VALUES)]

    await until_async(recorded, "all samples are recorded")
    return samples


def processed(
    name: str, start: datetime, end: datetime, count: int = 1, wish: ua.AggregateConfiguration | None = None
) -> ua.ReadProcessedDetails:
    kind = ua.NodeId(ua.Int32(getattr(IDS, f"AggregateFunction_{name}")))
    chosen = wish or ua.AggregateConfiguration(UseServerCapabilitiesDefaults=True)
    return ua.ReadProcessedDetails(start, end, 0.0, [kind] * count, chosen)


def raw(start: datetime, end: datetime, count: int = 0, bounds: bool = False) -> ua.ReadRawModifiedDetails:
    return ua.ReadRawModifiedDetails(False, start, end, ua.Counter(count), bounds)


def expected(seconds: list[float]) -> dict[str, float]:
    """Every aggregate of VALUES, taken at these times, from just behind the first to just before the last (Part 13)."""
    span, inside = seconds[-1] - seconds[0], VALUES[1:-1]
    mean, least, most = float(np.trapezoid(VALUES, seconds)) / span, inside[0], inside[-1]
    low, high = VALUES[0], VALUES[-1]
    return {
        "Interpolative": low, "Average": float(np.mean(inside)), "TimeAverage": mean, "TimeAverage2": mean,
        "Total": mean * span, "Total2": mean * span, "Minimum": least, "Maximum": most, "Range": most - least,
        "Minimum2": low, "Maximum2": high, "Range2": high - low, "MinimumActualTime": least,
        "MaximumActualTime": most, "Count": len(inside), "NumberOfTransitions": len(inside),
        "DurationInStateZero": 0.0, "DurationInStateNonZero": 1000 * span, "Start": least, "End": most,
        "Delta": most - least,
        "StartBound": low, "EndBound": high, "DeltaBounds": high - low, "DurationGood": 1000 * span, "DurationBad": 0.0,
        "PercentGood": 100.0, "PercentBad": 0.0, "WorstQuality": 0, "StandardDeviationSample": np.std(inside, ddof=1),
        "StandardDeviationPopulation": np.std(inside), "VarianceSample": np.var(inside, ddof=1),
        "VariancePopulation": np.var(inside),
    }  # fmt: skip


async def test_every_aggregate_over_the_wire(ask: Ask, taken: list[datetime]) -> None:
    wanted = expected([(one - taken[0]).total_seconds() for one in taken])
    assert {getattr(IDS, f"AggregateFunction_{name}") for name in wanted} == set(AGGREGATES)
    wrong = {}
    for name, number in wanted.items():
        (result,) = await ask(processed(name, taken[0] + MICROSECOND, taken[-1]))
        (value,) = values(result)
        got = value.Value.Value.value if name == "WorstQuality" else value.Value.Value
        if got != pytest.approx(number, rel=1e-2, abs=1e-4) or not value.StatusCode.is_good():
            wrong[name] = (got, number, value.StatusCode.name)
    assert not wrong


@pytest.mark.parametrize("above", ["Server_ServerCapabilities", "HistoryServerCapabilities"])
async def test_the_server_lists_the_aggregates_that_it_serves(client: Client, twin: Twin, above: str) -> None:
    folder = client.get_node(ua.NodeId(ua.Int32(getattr(IDS, f"{above}_AggregateFunctions"))))
    assert {child.nodeid.Identifier for child in await folder.get_children()} == set(AGGREGATES)


async def test_each_node_has_its_own_result(ask: Ask, taken: list[datetime]) -> None:
    names = ("reflux_flow", "no_such_tag", "Status", "steam_flow")
    codes = [0, CODES.BadNodeIdUnknown, CODES.BadHistoryOperationUnsupported, 0]
    whole = taken[0] - HOUR, taken[-1] + HOUR
    for details in (raw(*whole), processed("Average", *whole, count=4), ua.ReadAtTimeDetails(taken[:1], False)):
        results = await ask(details, *names)
        assert [one.StatusCode.value for one in results] == codes
        assert [bool(values(one)) for one in results] == [True, False, False, True]


async def test_a_released_point_is_gone(ask: Ask, taken: list[datetime]) -> None:
    details = raw(taken[0] - HOUR, taken[-1] + HOUR, count=3)
    (first,) = await ask(details)
    assert numbers(first) == VALUES[:3]
    point = first.ContinuationPoint
    (released,) = await ask(details, points=(point,), release=True)
    assert (released.StatusCode.value, values(released)) == (0, [])
    (gone,) = await ask(details, points=(point,))
    assert gone.StatusCode.value == CODES.BadContinuationPointInvalid
    found, point = [], None
    while not found or point:
        (page,) = await ask(details, points=(point,))
        found += numbers(page)
        point = page.ContinuationPoint
    assert found == VALUES


async def test_bounds_backwards(ask: Ask, taken: list[datetime]) -> None:
    late, early = taken[5] + (taken[6] - taken[5]) / 2, taken[2] + (taken[3] - taken[2]) / 2
    (result,) = await ask(raw(late, early, bounds=True))
    assert numbers(result) == [1.75, 1.5, 1.25, 1.0, 0.75]
    (beyond,) = await ask(raw(taken[-1] + HOUR, taken[0] - HOUR, bounds=True))
    first, *between, last = values(beyond)
    assert [value.Value.Value for value in between] == VALUES[::-1]
    assert (first.StatusCode.value, last.StatusCode.value) == (CODES.BadBoundNotFound,) * 2


@pytest.mark.parametrize("times", [TIMES.Source, TIMES.Server, TIMES.Both, TIMES.Neither, TIMES.Invalid])
async def test_times_as_asked_for(ask: Ask, taken: list[datetime], times: ua.TimestampsToReturn) -> None:
    whole = taken[0] - HOUR, taken[-1] + HOUR
    for details in (raw(*whole), processed("Average", *whole), ua.ReadAtTimeDetails(taken[:1], False)):
        if times in (TIMES.Neither, TIMES.Invalid):
            with pytest.raises(ua.UaStatusCodeError) as refused:
                await ask(details, times=times)
            assert refused.value.code == CODES.BadTimestampsToReturnInvalid
            continue
        (result,) = await ask(details, times=times)
        if times == TIMES.Server:  # ServerTimestampSupported says that they are not recorded
            assert result.StatusCode.value == CODES.BadTimestampNotSupported
            continue
        for value in values(result):
            assert value.SourceTimestamp is not None
            assert (value.ServerTimestamp is not None) == (times == TIMES.Both)


async def test_values_between_samples_by_simple_bounds(ask: Ask, taken: list[datetime]) -> None:
    """The sample before and the one behind, whatever their quality, on a line; in steps for discrete tags."""
    between = taken[2] + (taken[3] - taken[2]) / 2
    for simple in (False, True):
        (found,) = await ask(ua.ReadAtTimeDetails([between, taken[-1] + HOUR, taken[0] - HOUR], simple))
        middle, last, none = values(found)
        assert middle.Value.Value == pytest.approx(0.875, abs=0.05)
        assert last.Value.Value == 2.0
        assert none.StatusCode.value == CODES.BadNoData
    (stepped,) = await ask(ua.ReadAtTimeDetails([between], True), "distillate_methanol_mode")
    assert numbers(stepped) == [0]


async def test_configurations_that_make_no_sense(ask: Ask, taken: list[datetime]) -> None:
    whole = taken[0] - HOUR, taken[-1] + HOUR
    for bad, good, code in ((101, 100, CODES.BadAggregateInvalidInputs), (30, 60, CODES.BadAggregateInvalidInputs),
                            (100, 100, CODES.Good), (0, 100, CODES.Good)):  # fmt: skip
        wish = ua.AggregateConfiguration(False, True, ua.Byte(bad), ua.Byte(good), False)
        (result,) = await ask(processed("Average", *whole, wish=wish))
        assert result.StatusCode.value == code, (bad, good)
    (never,) = await ask(processed("Average", whole[0], whole[0]))
    assert never.StatusCode.value == CODES.BadInvalidTimestampArgument
    negative = processed("Average", *whole)
    negative.ProcessingInterval = -1.0
    (refused,) = await ask(negative)
    assert refused.StatusCode.value == CODES.BadAggregateInvalidInputs
