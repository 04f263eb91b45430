"""The invariants that no fault may break: facts of one simulation, seen from outside, in; violations out.

Pure: no clock, no socket. `check` applies every rule of RULES.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from connections.historian.store import Series
from plant.frames import Frame, Kind
from plant.quality import Quality

BAD = 0x80000000
"""Status codes from here on have no value."""
MICROSECOND = 1_000
"""Nanoseconds: what an OPC UA client's clock resolves."""


class Violation(NamedTuple):
    """A broken rule of one simulation, in words."""

    sim_id: str
    rule: str
    what: str


class Outage(NamedTuple):
    """A declared time (ns since 1970) in which samples may be missing or sent again."""

    begin: int
    end: int

    def touches(self, begin: int, end: int) -> bool:
        """Whether any of that time lies in it."""
        return begin <= self.end and end >= self.begin


class Shown(NamedTuple):
    """A value that an OPC UA client was told: source time (ns), value, status code, by which of its connections."""

    time: int
    value: float
    status: int
    connection: int = 0


class Asked(NamedTuple):
    """A value, different from every other one, that somebody wrote; `acknowledged` when the answer said so."""

    tag: str
    value: float
    acknowledged: bool


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What was seen of one simulation that is never reset.

    `frames` is everything that was sent, in order, stale frames too; `recorded` the history of some tags, `shown` what
    an OPC UA subscription told of them, `asked` what was written.
    """

    sim_id: str
    tags: tuple[str, ...]
    frames: Sequence[Frame]
    recorded: Mapping[str, Series]
    shown: Mapping[str, Sequence[Shown]]
    asked: Sequence[Asked] = ()
    outages: Sequence[Outage] = ()

    def excused(self, begin: int, end: int) -> bool:
        """Whether an outage was declared for that time."""
        return any(outage.touches(begin, end) for outage in self.outages)


def accepted(frames: Sequence[Frame]) -> list[Frame]:
    """The frames that a receiver takes: none older than the one before."""
    taken: list[Frame] = []
    for frame in frames:
        if not taken or frame.newer_than(taken[-1].epoch, taken[-1].sequence):
            taken.append(frame)
    return taken


def samples(frames: Sequence[Frame]) -> list[Frame]:
    """The samples that a receiver takes, each tick as it came first."""
    found: list[Frame] = []
    for frame in accepted(frames):
        if frame.kind is Kind.SAMPLE and (not found or frame.tick > found[-1].tick):
            found.append(frame)
    return found


def no_tick_is_missing(facts: Facts) -> Iterator[str]:
    """Ticks go up by one, outages excepted."""
    for a, b in pairwise(samples(facts.frames)):
        if b.tick != a.tick + 1 and not facts.excused(a.wall_time, b.wall_time):
            yield f"ticks {a.tick + 1}..{b.tick - 1} were never sent"


def no_tick_comes_twice(facts: Facts) -> Iterator[str]:
    """A sample is sent once; after an outage it may come again, with the same values."""
    seen: dict[int, Frame] = {}
    for frame in accepted(facts.frames):
        if frame.kind is not Kind.SAMPLE:
            continue
        before = seen.setdefault(frame.tick, frame)
        if before is frame:
            continue
        if before.values.tobytes() != frame.values.tobytes():
            yield f"tick {frame.tick} has two values (epochs {before.epoch} and {frame.epoch})"
        elif not facts.excused(before.wall_time, frame.wall_time):
            yield f"tick {frame.tick} was sent twice (epochs {before.epoch} and {frame.epoch})"


def time_rises(facts: Facts) -> Iterator[str]:
    """Wall time rises with every frame, simulated time with every sample."""
    for a, b in pairwise(accepted(facts.frames)):
        if b.wall_time <= a.wall_time:
            yield f"wall time falls by {(a.wall_time - b.wall_time) / 1e9:g} s at tick {b.tick}"
    for a, b in pairwise(samples(facts.frames)):
        if b.sim_time <= a.sim_time:
            yield f"simulated time falls from {a.sim_time:g} s to {b.sim_time:g} s"


def the_record_is_what_was_sent(facts: Facts) -> Iterator[str]:
    """History has every sample once, in order, with the value that was sent."""
    sent = {frame.sim_time: frame for frame in samples(facts.frames)}
    for tag, series in facts.recorded.items():
        place, seen = facts.tags.index(tag), set[float]()
        if (np.diff(series.wall_time) <= 0).any():
            yield f"the times of {tag} in history do not rise"
        for wall, time, value, status in _rows(series):
            if status == Quality.BAD_DATA_LOST:
                if not facts.excused(wall, wall):
                    yield f"history of {tag} has a gap after {time:g} s"
            elif time in seen:
                yield f"history of {tag} has {time:g} s twice"
            elif time in sent and not _same(sent[time], place, value, status):
                yield f"history of {tag} has {value!r} at {time:g} s, sent was {sent[time].values[place]!r}"
            seen.add(time)
        if len(series.sim_time):
            first, last = series.sim_time[0], series.sim_time[-1]
            lost = [t for t, frame in sent.items() if first < t < last and t not in seen and not _lost(facts, frame)]
            if lost:
                yield f"history of {tag} lacks {len(lost)} samples, the first at {min(lost):g} s"


def what_is_shown_was_sent(facts: Facts) -> Iterator[str]:
    """A value that OPC UA shows is the recorded one of that time, or another one that was sent, and never older."""
    frames = accepted(facts.frames)
    for tag, told in facts.shown.items():
        place, series = facts.tags.index(tag), facts.recorded.get(tag)
        known: dict[int, set[float]] = {}
        for wall, _, value, _ in () if series is None else _rows(series):
            known.setdefault(wall // MICROSECOND, set()).add(value)  # caught up, several may lie within one
        values = {float(frame.values[place]) for frame in frames}
        for each in told:
            if each.status >= BAD or not frames or each.time > frames[-1].wall_time:
                continue  # without a value, or told of a frame that this side has not seen yet
            kept = {value for value in known.get(each.time // MICROSECOND, ()) if not np.isnan(value)}
            if kept and each.value not in kept:
                yield f"{tag} was shown as {each.value!r}, recorded for that time is {sorted(kept)}"
            elif each.value not in values:
                yield f"{tag} was shown as {each.value!r}, which was never sent"
        if any(b.time < a.time for a, b in pairwise(told) if a.connection == b.connection):
            yield f"source times of {tag} fall"


def actions_happen_once(facts: Facts) -> Iterator[str]:
    """What was acknowledged comes into effect, and nothing does so twice."""
    frames = accepted(facts.frames)
    for asked in facts.asked:
        place = facts.tags.index(asked.tag)
        effect = [frame.values[place] == asked.value for frame in frames]
        begun = sum(now and not before for before, now in pairwise([False, *effect]))
        if begun == 0 and asked.acknowledged:
            yield f"{asked.tag} = {asked.value!r} was acknowledged and never in effect"
        elif begun > 1:
            yield f"{asked.tag} = {asked.value!r} came into effect {begun} times"


RULES: Mapping[str, Callable[[Facts], Iterator[str]]] = {
    "missing": no_tick_is_missing, "doubled": no_tick_comes_twice, "time": time_rises,
    "record": the_record_is_what_was_sent, "shown": what_is_shown_was_sent, "actions": actions_happen_once,
}  # fmt: skip


def check(facts: Facts) -> list[Violation]:
    """Every violation of every rule."""
    return [Violation(facts.sim_id, name, what) for name, rule in RULES.items() for what in rule(facts)]


def _rows(series: Series) -> Iterator[tuple[int, float, float, int]]:
    columns = (series.wall_time, series.sim_time, series.value, series.status)
    yield from zip(*(column.tolist() for column in columns), strict=True)


def _same(frame: Frame, place: int, value: float, status: int) -> bool:
    code = 0 if frame.status is None else int(frame.status[place])
    return code == status and (code >= BAD or float(frame.values[place]) == value)


def _lost(facts: Facts, frame: Frame) -> bool:
    return facts.excused(frame.wall_time, frame.wall_time)
