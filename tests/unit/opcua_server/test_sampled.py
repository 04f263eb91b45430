"""Items on nodes that are no tags: what they report, and that looking at many of them gives others their turns."""

import asyncio
from itertools import count
from typing import Any

import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary
from hypothesis import given
from hypothesis import strategies as st

from opcua_server import rota, sampled
from opcua_server.rota import Rota
from opcua_server.sampled import Sampled, SampledItems
from opcua_server.sources import Source, Sources

MODE, TRIGGER, BOTH = ua.MonitoringMode, ua.DataChangeTrigger, ua.TimestampsToReturn.Both
NODE = ua.NodeId(ua.Int32(1))
OVERFLOW = 0x480


class Space:
    """An address space of one variable that counts how often it is read."""

    def __init__(self) -> None:
        self.value = ua.DataValue(ua.Variant(0, ua.VariantType.Int32))
        self.reads = 0

    def read_attribute_value(self, *_: Any) -> ua.DataValue:
        self.reads += 1
        return self.value

    def write(self, number: float, **changes: Any) -> None:
        self.value = ua.DataValue(ua.Variant(number, ua.VariantType.Double), **changes)


@pytest.fixture
def space() -> Space:
    return Space()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look is long after the one before."""
    ticks = count(10**9, 10**9)
    for module in ("sampled", "sources"):
        monkeypatch.setattr(f"opcua_server.{module}.now", lambda: next(ticks))


def sources(space: Space) -> Sources:
    return Sources(space)  # type: ignore[arg-type] # all that is asked of an address space


def item(source: Source, handle: int = 7, **changes: Any) -> Sampled:
    wanted = {"queue": 1, "oldest": True, "interval": 0, "trigger": TRIGGER.StatusValue, "mode": MODE.Reporting}
    return Sampled(source, handle, times=BOTH, **(wanted | changes))


def told(items: SampledItems, most: int = 1000) -> list[tuple[int, Any, int]]:
    """Handle, value and status code of what is reported, as asyncua reads it."""
    notifications = items.take(most)[0]
    read = [struct_from_binary(ua.MonitoredItemNotification, Buffer(one)) for one in notifications]
    assert all(one.Value.SourceTimestamp and one.Value.ServerTimestamp for one in read)
    return [(one.ClientHandle, one.Value.Value.Value, one.Value.StatusCode.value) for one in read]


@pytest.mark.usefixtures("clock")
def test_what_is_reported_is_what_asyncua_reads(space: Space) -> None:
    items = SampledItems(sources(space))
    items.add(1, item(sources(space).find(NODE, ua.AttributeIds.Value)))
    for number in (1.5, 1.5, float("nan"), float("nan"), 2.5):
        space.write(number)
        items.sample()
    assert told(items) == [(7, 2.5, 0)]
    space.write(2.5, StatusCode=ua.StatusCode(ua.UInt32(0x40000000)))
    assert items.sample() == ([1], False)
    assert told(items) == [(7, 2.5, 0x40000000)]
    assert items.sample() == ([], False)


@pytest.mark.usefixtures("clock")
def test_nan_is_told_once(space: Space) -> None:
    items = SampledItems(sources(space))
    items.add(1, item(sources(space).find(NODE, ua.AttributeIds.Value), queue=10))
    for _ in range(3):
        space.write(float("nan"))
        items.sample()
    assert len(told(items)) == 1


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("trigger", [TRIGGER.StatusValue, TRIGGER.StatusValueTimestamp])
def test_a_node_that_is_gone_is_told_once(space: Space, trigger: ua.DataChangeTrigger) -> None:
    items = SampledItems(sources(space))
    items.add(1, item(sources(space).find(NODE, ua.AttributeIds.Value), queue=10, trigger=trigger))
    space.value = ua.DataValue(StatusCode=ua.StatusCode(ua.UInt32(ua.StatusCodes.BadNodeIdUnknown)))
    for _ in range(3):
        items.sample()
    assert len(items.take(10)[0]) == 1


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("trigger", "wanted"), [(TRIGGER.Status, 2), (TRIGGER.StatusValue, 3), (TRIGGER.StatusValueTimestamp, 4)]
)
def test_triggers(space: Space, trigger: ua.DataChangeTrigger, wanted: int) -> None:
    items = SampledItems(sources(space))
    items.add(1, item(sources(space).find(NODE, ua.AttributeIds.Value), queue=10, trigger=trigger))
    times = [ua.datetime(2026, 1, day) for day in (1, 2)]
    bad = ua.StatusCode(ua.UInt32(0x40000000))
    for number, changes in ((1.0, {}), (2.0, {}), (2.0, {"SourceTimestamp": times[1]}), (2.0, {"StatusCode": bad})):
        space.write(number, **({"SourceTimestamp": times[0]} | changes))
        items.sample()
    assert len(told(items)) == wanted


@pytest.mark.usefixtures("clock")
@given(numbers=st.integers(1, 12), queue=st.integers(1, 5), oldest=st.booleans(), most=st.integers(1, 4))
def test_a_full_queue_says_what_it_lost(numbers: int, queue: int, oldest: bool, most: int) -> None:
    space = Space()
    items = SampledItems(sources(space))
    items.add(1, item(sources(space).find(NODE, ua.AttributeIds.Value), queue=queue, oldest=oldest))
    for number in range(numbers):
        space.write(number)
        items.sample()
    lost, wanted = numbers > queue, list(range(numbers))
    if lost:
        wanted = wanted[-queue:] if oldest or queue == 1 else [*wanted[: queue - 1], wanted[-1]]
    got: list[tuple[int, Any, int]] = []
    while items.reporting:
        got += told(items, most)
    marks = [
        OVERFLOW if lost and queue > 1 and place == (0 if oldest else queue - 1) else 0 for place in range(len(wanted))
    ]
    assert [(value, code) for _, value, code in got] == list(zip(wanted, marks, strict=True))


@pytest.mark.usefixtures("clock")
def test_modes(space: Space) -> None:
    items = SampledItems(sources(space))
    source = sources(space).find(NODE, ua.AttributeIds.Value)
    items.add(1, item(source, 1, mode=MODE.Sampling))
    items.add(2, item(source, 2, mode=MODE.Disabled))
    items.sample()
    assert not items.reporting
    items.fired.add(1)
    assert [handle for handle, *_ in told(items)] == [1]
    assert not items.fired
    items.set_mode(2, MODE.Reporting)
    assert items.sample() == ([2], False)
    items.set_mode(2, MODE.Sampling)
    assert not items.reporting
    items.set_mode(2, MODE.Reporting)
    assert [handle for handle, *_ in told(items)] == [2]
    items.resend()
    assert items.sample() == ([1, 2], False)
    assert items.discard(2)
    assert not items.discard(2)
    assert not items.reporting


def test_a_node_is_read_once_for_all_items_on_it(space: Space) -> None:
    known = sources(space)
    items = SampledItems(known)
    for number in range(500):
        items.add(number, item(known.find(NODE, ua.AttributeIds.Value), number))
    while items.sample()[1]:
        pass
    assert space.reads < 50
    assert [handle for handle, *_ in told(items)] == list(range(500))
    assert known.items == 500
    items.clear()
    assert known.items == 0


async def test_ten_thousand_items_take_many_turns(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a clock that counts how often it is looked at: no turn looks at more items than it has time for."""
    clock = (0.0001 * number for number in count())
    for module in (rota, sampled):
        monkeypatch.setattr(module, "perf_counter", lambda: next(clock))
    known, pieces = sources(space), []
    items = SampledItems(known)
    for number in range(10_000):
        items.add(number, item(known.find(NODE, ua.AttributeIds.Value), number))

    def work() -> bool:
        changed, more = items.sample()
        pieces.append(len(changed))
        return more

    turns, working = 0, Rota()
    working.add(work)
    while sum(pieces) < 10_000:
        turns += 1
        await asyncio.sleep(0)
    assert max(pieces) <= 16 * rota.SLICE / 0.0001 + 16
    assert turns >= len(pieces) >= 10_000 / max(pieces)


async def test_one_who_fails_does_not_stop_the_others() -> None:
    done = asyncio.Event()
    failures: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context["exception"]))

    def fail() -> bool:
        raise ValueError("no")

    def work() -> bool:
        done.set()
        return False

    working = Rota()
    working.add(fail)
    working.add(work)
    await done.wait()
    assert [str(failure) for failure in failures] == ["no"]
