"""Aggregates of hand-made histories against what a person computes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from asyncua import ua
from asyncua.common.utils import ServiceError
from hypothesis import given
from hypothesis import strategies as st

from opcua_server.aggregates import AGGREGATES
from opcua_server.processed import Intervals, first_intervals
from opcua_server.track import CALCULATED, EXTRA, INTERPOLATED, RAW, UNCERTAIN, Point, Track
from opcua_server.window import Rules, Window

SECOND = 10**9
BAD, SUBNORMAL = 0x808C0000, UNCERTAIN
DEFAULT = Rules()
CODES, IDS = ua.StatusCodes, ua.ObjectIds
NODE = ua.NodeId.from_string("ns=2;s=wood-berry-1.reflux_flow")


def track(
    *samples: tuple[float, float] | tuple[float, float, int], stepped: bool = False, rules: Rules = DEFAULT
) -> Track:
    """Samples as (second, value) or (second, value, status)."""
    whole = [(*one, 0)[:3] for one in samples]
    status = np.array([one[2] for one in whole], np.uint32)
    time = np.array([int(one[0] * SECOND) for one in whole], np.int64)
    return Track(time, np.array([one[1] for one in whole]), status, rules.good(status), stepped)


def aggregate(name: str, of: Track, start: float, end: float, rules: Rules = DEFAULT) -> Point:
    work = AGGREGATES[int(getattr(IDS, f"AggregateFunction_{name}"))]
    return work(Window(of, int(start * SECOND), int(end * SECOND), rules))


RAMP = track((0, 0.0), (10, 10.0), (20, 20.0), (30, 10.0), (40, 10.0))


@pytest.mark.parametrize(
    ("name", "start", "end", "value", "status"),
    [
        ("Interpolative", 0, 10, 0.0, RAW), ("Interpolative", 5, 10, 5.0, INTERPOLATED),
        ("Average", 5, 35, 40 / 3, CALCULATED), ("TimeAverage", 0, 20, 10.0, CALCULATED),
        ("TimeAverage", 5, 15, 10.0, CALCULATED), ("TimeAverage2", 5, 15, 10.0, CALCULATED),
        ("TimeAverage", 20, 40, 12.5, CALCULATED), ("Total", 0, 20, 200.0, CALCULATED),
        ("Total2", 20, 40, 250.0, CALCULATED),
        ("Minimum", 5, 35, 10.0, CALCULATED | EXTRA), ("Maximum", 5, 35, 20.0, CALCULATED),
        ("Range", 5, 35, 10.0, CALCULATED),
        ("Minimum", 20, 40, 10.0, CALCULATED), ("Maximum", 20, 40, 20.0, RAW), ("Minimum", 10, 40, 10.0, EXTRA),
        ("Minimum2", 5, 35, 5.0, CALCULATED),
        ("Maximum2", 5, 15, 15.0, CALCULATED), ("Range2", 5, 15, 10.0, CALCULATED),
        ("Count", 0, 40, 4.0, CALCULATED), ("Count", 41, 50, 0.0, CALCULATED),
        ("NumberOfTransitions", 10, 41, 3.0, CALCULATED), ("Start", 5, 35, 10.0, RAW), ("End", 5, 35, 10.0, RAW),
        ("Delta", 0, 21, 20.0, CALCULATED), ("StartBound", 5, 35, 5.0, INTERPOLATED),
        ("EndBound", 5, 15, 15.0, INTERPOLATED), ("DeltaBounds", 5, 15, 10.0, CALCULATED),
        ("DurationGood", 0, 20, 20_000.0, CALCULATED), ("DurationBad", 0, 20, 0.0, CALCULATED),
        ("PercentGood", -20, 20, 50.0, CALCULATED), ("PercentBad", -20, 20, 50.0, CALCULATED),
        ("WorstQuality", 0, 20, 0.0, CALCULATED | EXTRA), ("WorstQuality", 0, 10, 0.0, CALCULATED),
        ("StandardDeviationPopulation", 0, 11, 5.0, CALCULATED), ("VariancePopulation", 0, 11, 25.0, CALCULATED),
        ("StandardDeviationSample", 0, 11, 50**0.5, CALCULATED), ("VarianceSample", 0, 11, 50.0, CALCULATED),
        ("DurationInStateZero", 0, 20, 10_000.0, CALCULATED), ("DurationInStateNonZero", 0, 20, 10_000.0, CALCULATED),
    ],
)  # fmt: skip
def test_each_of_good_data(name: str, start: float, end: float, value: float, status: int) -> None:
    found = aggregate(name, RAMP, start, end)
    assert found.value == pytest.approx(value)
    assert found.status == status
    assert found.known


def test_every_aggregate_that_is_served_is_tried_here() -> None:
    (mark,) = (mark for mark in test_each_of_good_data.pytestmark if mark.name == "parametrize")  # type: ignore[attr-defined]
    tried = {int(getattr(IDS, f"AggregateFunction_{case[0]}")) for case in mark.args[1]}
    own_tests = {IDS.AggregateFunction_MinimumActualTime, IDS.AggregateFunction_MaximumActualTime}
    assert tried | own_tests == set(AGGREGATES)


def test_times_of_extremes_and_edges() -> None:
    assert aggregate("MaximumActualTime", RAMP, 5, 35) == Point(20 * SECOND, 20.0, RAW)
    assert aggregate("MinimumActualTime", RAMP, 5, 35) == Point(10 * SECOND, 10.0, EXTRA)
    assert aggregate("Start", RAMP, 5, 35).time == 10 * SECOND
    assert aggregate("End", RAMP, 5, 35).time == 30 * SECOND


def test_nothing_there() -> None:
    for name in ("Average", "Minimum", "MaximumActualTime", "Start", "Delta", "NumberOfTransitions", "WorstQuality"):
        assert aggregate(name, RAMP, 50, 60).status == CODES.BadNoData
    for name in ("Interpolative", "TimeAverage", "StartBound", "DeltaBounds", "Total2", "Minimum2"):
        assert aggregate(name, RAMP, -20, -10).status == CODES.BadNoData


BROKEN = track((0, 0.0), (10, 10.0), (20, np.nan, BAD), (30, 30.0), (40, 40.0))


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("Average", 40 / 3, UNCERTAIN | CALCULATED), ("TimeAverage", 20.0, UNCERTAIN | CALCULATED),
        ("TimeAverage2", (50 + 100 + 350) / 30, UNCERTAIN | CALCULATED), ("Count", 3.0, UNCERTAIN | CALCULATED),
        ("Maximum", 30.0, UNCERTAIN | CALCULATED), ("DurationBad", 10_000.0, CALCULATED),
        ("PercentGood", 75.0, CALCULATED), ("WorstQuality", float(BAD), CALCULATED),
    ],
)  # fmt: skip
def test_bad_data_in_between(name: str, value: float, status: int) -> None:
    found = aggregate(name, BROKEN, 0, 40)
    assert found.value == pytest.approx(value)
    assert found.status == status


def test_how_much_bad_data_is_too_much() -> None:
    assert aggregate("Average", BROKEN, 0, 40, Rules(percent_good=70)).status == CALCULATED
    assert aggregate("Average", BROKEN, 0, 40, Rules(percent_bad=20)).status == CODES.Bad
    uncertain = track((0, 1.0), (10, 2.0, 0x40900000), rules=Rules(uncertain_is_bad=False))
    assert aggregate("Average", uncertain, 0, 20, Rules(uncertain_is_bad=False)).value == 1.5
    assert aggregate("Average", track((0, 1.0), (10, 2.0, 0x40900000)), 0, 20).value == 1.0


def test_between_samples() -> None:
    assert BROKEN.interpolated(15 * SECOND) == Point(15 * SECOND, 15.0, SUBNORMAL | INTERPOLATED)
    assert BROKEN.simple(15 * SECOND) == Point(15 * SECOND, 10.0, SUBNORMAL | INTERPOLATED)
    assert BROKEN.simple(25 * SECOND).status == CODES.BadNoData
    assert BROKEN.interpolated(99 * SECOND) == Point(99 * SECOND, 40.0, SUBNORMAL | INTERPOLATED)
    assert track((0, 1.0), (10, 0.0), stepped=True).interpolated(5 * SECOND).value == 1.0
    assert aggregate("TimeAverage", track((0, 1.0), (10, 0.0), (20, 0.0), stepped=True), 0, 20).value == 0.5


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 30), st.integers(1, 7))
def test_pages_of_intervals_are_the_intervals(start: int, end: int, width: int, page: int) -> None:
    whole = Intervals(NODE, 0, start, end, width, Rules())
    bounds, left = list(whole), whole
    assert len(bounds) == whole.count
    assert sum(high - low for low, high in bounds) == abs(end - start)
    assert all(high - low == width for low, high in bounds[:-1])
    paged = []
    while left.count:
        paged += list(left.first(page))
        left = left.after(min(page, left.count))
    assert paged == bounds


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
AVERAGE = ua.NodeId(ua.Int32(IDS.AggregateFunction_Average))
ODD = ua.AggregateConfiguration(False, True, ua.Byte(10), ua.Byte(10), False)
DEFAULTS = ua.AggregateConfiguration(UseServerCapabilitiesDefaults=True)


@pytest.mark.parametrize(
    ("start", "end", "interval", "aggregate_type", "configuration", "code"),
    [
        (NOON, NOON, 1000.0, AVERAGE, DEFAULTS, CODES.BadInvalidTimestampArgument),
        (ua.get_win_epoch(), NOON, 1000.0, AVERAGE, DEFAULTS, CODES.BadInvalidTimestampArgument),
        (NOON, NOON + timedelta(1), -1.0, AVERAGE, DEFAULTS, CODES.BadAggregateInvalidInputs),
        (NOON, NOON + timedelta(1), float("nan"), AVERAGE, DEFAULTS, CODES.BadAggregateInvalidInputs),
        (NOON, NOON + timedelta(1), float("inf"), AVERAGE, DEFAULTS, CODES.BadAggregateInvalidInputs),
        (NOON, NOON + timedelta(1), 1000.0, ua.NodeId(ua.Int32(2351)), DEFAULTS, CODES.BadAggregateNotSupported),
        (NOON, NOON + timedelta(1), 1000.0, NODE, DEFAULTS, CODES.BadAggregateNotSupported),
        (NOON, NOON + timedelta(1), 1000.0, AVERAGE, ODD, CODES.BadAggregateInvalidInputs),
    ],
)  # fmt: skip
def test_requests_that_make_no_sense(
    start: datetime, end: datetime, interval: float, aggregate_type: ua.NodeId, configuration: Any, code: int
) -> None:
    details = ua.ReadProcessedDetails(start, end, interval, [aggregate_type], configuration)
    with pytest.raises(ServiceError) as refused:
        first_intervals(details, NODE, aggregate_type)
    assert refused.value.code == code


DOUBTFUL = track((0, 0.0), (10, 10.0, 0x40900000), (20, 20.0), rules=Rules(uncertain_is_bad=False))


@pytest.mark.parametrize("second", [5, 10, 15])
def test_what_is_made_of_an_uncertain_sample_is_uncertain(second: int) -> None:
    for found in (DOUBTFUL.simple(second * SECOND), DOUBTFUL.interpolated(second * SECOND)):
        assert found == Point(second * SECOND, float(second), SUBNORMAL | (RAW if second == 10 else INTERPOLATED))
