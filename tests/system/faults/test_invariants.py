"""The invariant checker finds each kind of violation, and nothing where all is well."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from connections.historian.store import Series
from plant.frames import Frame, Kind
from plant.lifecycle import State
from plant.quality import Quality
from tests.system.faults.invariants import Asked, Facts, Outage, Shown, check

SECOND = 1_000_000_000
TAGS = ("flow", "level")
COUNT = 12


def frame(tick: int, *, epoch: int = 1, flow: float = 1.0, kind: Kind = Kind.SAMPLE, sequence: int = -1) -> Frame:
    number = 2 * tick + (kind is Kind.ECHO) if sequence < 0 else sequence
    wall = SECOND * (100 + tick) + SECOND // 2 * (kind is Kind.ECHO)
    values = np.array([flow, tick / 10])
    return Frame("s-1", kind, State.RUNNING, epoch, number, tick, 0, float(tick), wall, 1.0, 0.0, values)


def series(frames: list[Frame], place: int) -> Series:
    kept = [each for each in frames if each.kind is Kind.SAMPLE]
    return Series(
        TAGS[place], np.array([each.wall_time for each in kept]), np.array([each.sim_time for each in kept]),
        np.array([each.values[place] for each in kept]), np.zeros(len(kept), np.uint32),
    )  # fmt: skip


def good() -> Facts:
    """Twelve samples, a take-over at tick 6, a write at tick 4 with its echo, all recorded and shown."""
    frames = [frame(tick, epoch=1 + (tick > 5), flow=1.0 + (tick > 4)) for tick in range(COUNT)]
    frames.insert(5, frame(4, flow=2.0, kind=Kind.ECHO))
    shown = {"level": [Shown(each.wall_time, float(each.values[1]), 0) for each in frames]}
    recorded = {tag: series(frames, place) for place, tag in enumerate(TAGS)}
    return Facts("s-1", TAGS, frames, recorded, shown, [Asked("flow", 2.0, True)])


def with_frames(change: Callable[[list[Frame]], object], facts: Facts) -> Facts:
    frames = list(facts.frames)
    change(frames)
    return replace(facts, frames=frames)


def with_level(change: Callable[[Series], Series]) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, recorded={"level": change(facts.recorded["level"])})


def cut(series: Series, place: int) -> Series:
    kept = np.arange(len(series.value)) != place
    return replace(
        series, wall_time=series.wall_time[kept], sim_time=series.sim_time[kept], value=series.value[kept],
        status=series.status[kept],
    )  # fmt: skip


def changed(series: Series, place: int, value: float, status: int = 0) -> Series:
    values, codes = series.value.copy(), series.status.copy()
    values[place], codes[place] = value, status
    return replace(series, value=values, status=codes)


def lost(facts: Facts) -> Facts:
    """Ticks 8 and 9 are nowhere."""
    frames = [each for each in facts.frames if each.tick not in (8, 9)]
    recorded = {tag: series(frames, place) for place, tag in enumerate(TAGS)}
    return replace(facts, frames=frames, recorded=recorded, shown={})


BROKEN: dict[str, tuple[str, Callable[[Facts], Facts]]] = {
    "a tick that was never sent": ("missing", lost),
    "a tick sent twice": (
        "doubled", lambda facts: with_frames(lambda f: f.append(frame(7, epoch=3, flow=2.0)), facts),
    ),
    "a tick with two values": (
        "doubled", lambda facts: with_frames(lambda f: f.append(frame(7, epoch=3, flow=9.0)), facts),
    ),
    "wall time that falls": (
        "time", lambda facts: with_frames(lambda f: f.__setitem__(9, replace(f[9], wall_time=f[3].wall_time)), facts),
    ),
    "simulated time that falls": (
        "time", lambda facts: with_frames(lambda f: f.__setitem__(9, replace(f[9], sim_time=1.5)), facts),
    ),
    "a sample that was not recorded": ("record", with_level(lambda kept: cut(kept, 3))),
    "another value in the record": ("record", with_level(lambda kept: changed(kept, 3, 7.0))),
    "another quality in the record": ("record", with_level(lambda kept: changed(kept, 3, 0.3, 0x40000000))),
    "a mark of lost data": ("record", with_level(lambda kept: changed(kept, 3, np.nan, Quality.BAD_DATA_LOST))),
    "a sample recorded twice": (
        "record",
        with_level(lambda kept: replace(kept, sim_time=np.array([*kept.sim_time[:4], 3.0, *kept.sim_time[5:]]))),
    ),
    "times in the record that fall": (
        "record", with_level(lambda kept: replace(kept, wall_time=kept.wall_time[::-1])),
    ),
    "a shown value that is not the recorded one": (
        "shown", lambda facts: replace(facts, shown={"level": [Shown(103 * SECOND, 0.4, 0)]}),
    ),
    "a shown value that nobody sent": (
        "shown", lambda facts: replace(facts, shown={"level": [Shown(103 * SECOND + 5000, 0.35, 0)]}),
    ),
    "source times that fall": (
        "shown", lambda facts: replace(facts, shown={"level": facts.shown["level"][::-1]}),
    ),
    "an acknowledged action without effect": (
        "actions", lambda facts: replace(facts, asked=[Asked("flow", 5.0, True)]),
    ),
    "an action in effect twice": (
        "actions", lambda facts: with_frames(lambda f: f.append(frame(20, epoch=3, flow=1.0)), facts),
    ),
}  # fmt: skip


def test_where_all_is_well_it_says_nothing() -> None:
    assert check(good()) == []


@pytest.mark.parametrize("name", BROKEN)
def test_it_finds(name: str) -> None:
    rule, broken = BROKEN[name]
    facts = broken(good())
    if name == "an action in effect twice":
        facts = with_frames(lambda frames: frames.append(frame(21, epoch=3, flow=2.0)), facts)
    assert rule in {violation.rule for violation in check(facts)}


def test_a_stale_frame_that_no_receiver_takes_is_no_violation() -> None:
    zombie = frame(9, epoch=1, flow=77.0)
    assert check(with_frames(lambda frames: frames.append(zombie), good())) == []


def test_what_lies_in_a_declared_outage_is_excused() -> None:
    facts = lost(good())
    assert check(facts)
    assert check(replace(facts, outages=[Outage(107 * SECOND, 110 * SECOND)])) == []
    assert check(replace(facts, outages=[Outage(101 * SECOND, 105 * SECOND)]))


def test_a_write_that_was_never_answered_may_be_lost_but_not_doubled() -> None:
    facts = replace(good(), asked=[Asked("flow", 5.0, False)])
    assert check(facts) == []
