"""Raw history: every sample with its time, in pages, forwards, backwards and with bounds."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from asyncua import Client, ua

from plant.quality import Quality
from tests.system.opcua.rig import Twin
from tests.waiting import until_async

CODES = ua.StatusCodes
MICROSECOND = timedelta(microseconds=1)  # what Python cuts off a time of 100 ns
Read = Callable[..., Awaitable[ua.HistoryReadResult]]


def at(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds // 1000 / 1e6, UTC)


@pytest.fixture
def read(client: Client, twin: Twin) -> Read:
    async def request(
        tag: str = "reflux_flow", start: datetime | None = None, end: datetime | None = None, count: int = 0,
        bounds: bool = False, point: bytes | None = None, release: bool = False, path: str | None = None,
    ) -> ua.HistoryReadResult:  # fmt: skip
        span: Any = (start or ua.get_win_epoch(), end or ua.get_win_epoch())
        details = ua.ReadRawModifiedDetails(False, *span, ua.Counter(count), bounds)
        wanted = ua.HistoryReadValueId(ua.NodeId.from_string(path or f"ns=2;s={twin.sim_id}.{tag}"))
        wanted.ContinuationPoint = point  # type: ignore[assignment]
        params = ua.HistoryReadParameters(details, ua.TimestampsToReturn.Both, release, [wanted])
        (result,) = await client.uaclient.history_read(params)
        return result

    return request


@pytest.fixture
async def recorded(twin: Twin, read: Read) -> list[tuple[datetime, float]]:
    """Ten samples: time and reflux."""
    samples = []
    for i in range(10):
        twin.simulation.set("reflux_flow", 1.0 + i / 10)
        frame = await twin.step()
        samples.append((at(frame.wall_time), 1.0 + i / 10))
        await twin.send()  # an echo is shown, not recorded
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)

    async def all_there() -> bool:
        return len(values(await read(start=long_ago, count=100))) == 10

    await until_async(all_there, "ten samples are recorded")
    return samples


def values(result: ua.HistoryReadResult) -> list[Any]:
    data = result.HistoryData
    return [] if isinstance(data, ua.ExtensionObject) else list(data.DataValues)


def numbers(result: ua.HistoryReadResult) -> list[float]:
    return [value.Value.Value for value in values(result)]


async def test_a_range_forwards_and_backwards(read: Read, recorded: list[tuple[datetime, float]]) -> None:
    begin, end = recorded[2][0], recorded[6][0]
    forwards = await read(start=begin, end=end)
    backwards = await read(start=end + MICROSECOND, end=begin + MICROSECOND)
    assert numbers(forwards) == [1.2, 1.3, 1.4, 1.5]
    assert numbers(backwards) == [1.6, 1.5, 1.4, 1.3]
    for (when, _), value in zip(recorded[2:6], values(forwards), strict=True):
        assert abs(value.SourceTimestamp - when) <= MICROSECOND
        assert value.ServerTimestamp is not None
        assert value.Value.VariantType is ua.VariantType.Double


async def test_open_ends(read: Read, recorded: list[tuple[datetime, float]]) -> None:
    assert numbers(await read(start=recorded[7][0], count=2)) == [1.7, 1.8]
    assert numbers(await read(end=recorded[3][0] + MICROSECOND, count=2)) == [1.3, 1.2]
    for arguments in ({"start": recorded[0][0]}, {"end": recorded[0][0]}, {"count": 5}):
        assert (await read(**arguments)).StatusCode.value == CODES.BadHistoryOperationInvalid


async def test_the_number_of_values_between_two_times_is_that_of_a_page(
    read: Read, recorded: list[tuple[datetime, float]]
) -> None:
    span = {"start": recorded[0][0], "end": recorded[9][0] + MICROSECOND, "count": 4}
    found, point = [], None
    for size in (4, 4, 2):
        page = await read(point=point, **span)
        assert len(values(page)) == size
        found += numbers(page)
        point = page.ContinuationPoint
    assert not point
    assert found == [value for _, value in recorded]


@pytest.mark.parametrize("backwards", [False, True])
async def test_pages(client: Client, twin: Twin, read: Read, backwards: bool) -> None:
    frames = 12_000
    for _ in range(frames // 240):
        await many(twin, 240)
    begin, end = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(hours=1)

    async def all_there() -> bool:
        return bool(numbers(await read(end=end, count=1))[-1:] == [float(frames % 4)])

    twin.simulation.set("reflux_flow", float(frames % 4))
    await twin.step()
    await until_async(all_there, "all samples are recorded")
    span = (end, begin) if backwards else (begin, end)
    first = await read(start=span[0], end=span[1])
    assert len(values(first)) == 10_000
    rest = await read(start=span[0], end=span[1], point=first.ContinuationPoint)
    assert not rest.ContinuationPoint
    times = [value.SourceTimestamp for value in [*values(first), *values(rest)]]
    assert len(times) == frames + 1
    assert times == sorted(set(times), reverse=backwards)
    again = await read(start=span[0], end=span[1], point=first.ContinuationPoint)
    assert again.StatusCode.value == CODES.BadContinuationPointInvalid


async def many(twin: Twin, count: int) -> None:
    """That many samples at once."""
    for _ in range(count):
        twin.simulation.tick += 1
        await twin.send(kind=0)  # type: ignore[arg-type]


async def test_bounds(read: Read, recorded: list[tuple[datetime, float]]) -> None:
    between = recorded[2][0] + (recorded[3][0] - recorded[2][0]) / 2
    later = recorded[6][0] + (recorded[7][0] - recorded[6][0]) / 2
    assert numbers(await read(start=between, end=later, bounds=True)) == [1.2, 1.3, 1.4, 1.5, 1.6, 1.7]
    beyond = await read(start=between, end=recorded[9][0] + timedelta(hours=1), bounds=True)
    assert values(beyond)[-1].StatusCode.value == CODES.BadBoundNotFound


async def test_no_data_and_no_history(read: Read, recorded: list[tuple[datetime, float]], twin: Twin) -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC)
    assert (await read(start=old, end=old + timedelta(hours=1))).StatusCode.value == CODES.GoodNoData
    span = {"start": old, "end": datetime.now(UTC)}
    assert (await read("Status", **span)).StatusCode.value == CODES.BadHistoryOperationUnsupported
    assert (await read("no_such_tag", **span)).StatusCode.value == CODES.BadNodeIdUnknown
    assert (await read(path="i=2258", **span)).StatusCode.value == CODES.BadHistoryOperationUnsupported
    point = (await read(point=b"stranger", **span)).StatusCode.value
    assert point == CODES.BadContinuationPointInvalid


async def test_bad_samples_keep_their_status(twin: Twin, read: Read) -> None:
    status = np.zeros(len(twin.simulation.values), np.uint32)
    status[0] = Quality.BAD_OUT_OF_RANGE
    frame = await twin.step(status=status)

    async def there() -> bool:
        found = values(await read(start=at(frame.wall_time), count=1))
        return [one.StatusCode.value for one in found] == [CODES.BadOutOfRange] and found[0].Value.Value is None

    await until_async(there, "the bad sample is recorded")


async def test_times_beyond_what_is_kept(recorded: list[tuple[datetime, float]], read: Read) -> None:
    far = datetime(9000, 1, 1, tzinfo=UTC)
    result = await read(start=datetime(1650, 1, 1, tzinfo=UTC), end=far, count=100, bounds=True)
    assert numbers(result)[1:-1] == [value for _, value in recorded]  # between bounds that nobody knows
    assert values(await read(start=far, end=datetime(9500, 1, 1, tzinfo=UTC), count=100)) == []
