"""What every declaration must keep, whoever wrote it: problems as (path, sentence), such as `tags[2].nominal`."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from plant.blocks.transfer_function import TransferFunction
from plant.errors import PlantError, UnknownName
from plant.interlocks import Interlock
from plant.loops import Loop
from plant.model import MOVED_BY_THE_MODEL, Model, Start
from plant.own.node import Path
from plant.tags import Role, Tag
from plant.units import unit, units

ID = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
START_NAME = r"[a-z][a-z0-9]*(-[a-z0-9]+(\.[0-9]+)?)*"
"""Like an id; a number in it may have decimals, as in oxide-0.04."""
TAG_NAME = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
MOST_TAGS = 1000
TAKEN = frozenset({
    "acknowledge", "actions", "advance", "alarms", "all", "backtrack", "branch", "confirm", "events", "export",
    "extend", "faults", "history", "inhibit", "linearization", "live", "pause", "reset", "restore", "resume", "sharing",
    "shelve", "snapshots", "speed", "start", "step", "stop", "stream", "suppress", "unshelve", "worker",
})  # fmt: skip
"""Words of the REST API below a simulation, and the alarm of its worker, which no tag may be named."""
Found = Iterator[tuple[Path, str]]
_SEATS = ("low_low", "low", "high", "high_high")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a model declares around its equations; the order of `tags` is that of the file."""

    tags: Sequence[Tag]
    loops: Sequence[Loop] = ()
    interlocks: Sequence[Interlock] = ()
    starts: Sequence[Start] = ()

    @property
    def by_name(self) -> Mapping[str, Tag]:
        """The tags."""
        return {tag.name: tag for tag in self.tags}


def of(model: Model) -> Declaration:
    """The declaration of a model."""
    return Declaration(model.own_tags, model.loops, model.interlocks, model.starts)


def problems(declared: Declaration) -> Found:
    """All problems of a declaration."""
    for rule in _RULES:
        yield from rule(declared)


def _tags(declared: Declaration) -> Found:
    seen: set[str] = set()
    for place, tag in enumerate(declared.tags):
        at: Path = ("tags", place)
        if not re.fullmatch(TAG_NAME, tag.name):
            yield (*at, "name"), f"= '{tag.name[:60]}' is not in lower case words joined by underscores"
        if tag.name in seen:
            yield (*at, "name"), f"= '{tag.name}' is the name of an earlier tag"
        if tag.name in TAKEN:
            yield (*at, "name"), f"= '{tag.name}' is a word of the engine; choose another name"
        seen.add(tag.name)
        yield from _numbers(at, tag)
        yield from _limits((*at, "limits"), tag)
    if declared.tags and not any(tag.role is Role.OUTPUT for tag in declared.tags):
        yield ("tags",), "holds no tag with the role output: nothing would be measured"


def wrong_unit(symbol: str) -> str:
    """What is wrong with a unit, naming the nearest ones; nothing when it is known."""
    try:
        unit(symbol)
    except UnknownName:
        near = get_close_matches(symbol, [each.symbol for each in units()], n=3, cutoff=0.3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        return f"= '{symbol[:20]}' is not in the table of units{hint}"
    return ""


def _numbers(at: Path, tag: Tag) -> Found:
    wrong = wrong_unit(tag.symbol)
    if wrong:
        yield (*at, "unit"), wrong
    if not all(map(math.isfinite, (tag.low, tag.high, tag.nominal, tag.noise, tag.resolution))):
        yield at, "holds a number that is not finite"
    elif not tag.low < tag.high:
        yield (*at, "low"), f"= {tag.low:g} is not below high = {tag.high:g}"
    elif not tag.low <= tag.nominal <= tag.high:
        yield (*at, "nominal"), f"= {tag.nominal:g} is outside {tag.low:g}..{tag.high:g}"


def _limits(at: Path, tag: Tag) -> Found:
    given = [(seat, value) for seat in _SEATS if (value := getattr(tag.limits, seat)) is not None]
    for seat, value in given:
        if not tag.low <= value <= tag.high:
            yield (*at, seat), f"= {value:g} is outside the range {tag.low:g}..{tag.high:g}"
    for (lower, below), (upper, above) in pairwise(given):
        if not below < above:
            yield (*at, lower), f"= {below:g} is not below {upper} = {above:g}"


def _loops(declared: Declaration) -> Found:
    tags = declared.by_name
    setpoints = {loop.setpoint_name for loop in declared.loops}
    moved: set[str] = set()
    controlled: set[str] = set()
    for place, loop in enumerate(declared.loops):
        at: Path = ("loops", place)
        yield from _role((*at, "controlled"), tags, loop.controlled, MOVED_BY_THE_MODEL, "an output or a state")
        if loop.manipulated not in setpoints:
            yield from _role((*at, "manipulated"), tags, loop.manipulated, {Role.INPUT}, "an input")
        for key, name, known in (("controlled", loop.controlled, controlled), ("manipulated", loop.manipulated, moved)):
            if name in known:
                yield (*at, key), f"= '{name}' has a loop already"
            known.add(name)
        if loop.gain == 0:
            yield (*at, "gain"), "= 0 controls nothing"
        for key in ("integral_time", "derivative_time", "period"):
            if getattr(loop, key) < 0:
                yield (*at, key), f"= {getattr(loop, key):g} s is negative"
    yield from _rings(declared)


def _rings(declared: Declaration) -> Found:
    """Cascades that bite their own tail."""
    drives = {loop.controlled: loop.manipulated.removesuffix("_setpoint") for loop in declared.loops}
    for place, loop in enumerate(declared.loops):
        on, passed = drives[loop.controlled], {loop.controlled}
        while on in drives and on not in passed:
            passed.add(on)
            on = drives[on]
        if on == loop.controlled:
            ring = " -> ".join([*passed, on])
            yield ("loops", place, "manipulated"), f"closes an algebraic loop: each loop moves the next one ({ring})"


def _interlocks(declared: Declaration) -> Found:
    own, every = declared.by_name, {tag.name: tag for tag in _all_tags(declared)}
    seen = set(own)
    for place, lock in enumerate(declared.interlocks):
        at: Path = ("interlocks", place)
        if lock.name in seen or not re.fullmatch(TAG_NAME, lock.name):
            yield (*at, "name"), f"= '{lock.name[:60]}' is taken, or not in lower case words joined by underscores"
        seen.add(lock.name)
        yield from _role((*at, "watched"), own, lock.watched, MOVED_BY_THE_MODEL, "an output or a state")
        if lock.armed_by and f"{lock.armed_by}_mode" not in every:
            yield (*at, "armed_by"), f"= '{lock.armed_by[:60]}' is not the controlled tag of a loop"
        if lock.release is not None and (lock.release - lock.limit) * lock.side > 0:
            yield (*at, "release"), f"= {lock.release:g} lies beyond the limit {lock.limit:g}"
        for key, values in (("forces", lock.forces), ("returns", lock.returns)):
            for name, value in values.items():
                yield from _written((*at, key, name), every, name, value)


def _starts(declared: Declaration) -> Found:
    tags = {tag.name: tag for tag in _all_tags(declared)}
    seen: set[str] = set()
    for place, start in enumerate(declared.starts):
        if start.name in seen or not re.fullmatch(START_NAME, start.name):
            yield (
                ("starts", place, "name"),
                f"= '{start.name[:60]}' is taken, or not in lower case words joined by hyphens",
            )
        seen.add(start.name)
        for name, value in start.inputs.items():
            yield from _written(("starts", place, "inputs", name), tags, name, value)


def _extra_tags(declared: Declaration) -> Found:
    """Names of own tags that the tags of loops, interlocks and noise have as well."""
    own = [tag.name for tag in declared.tags]
    for tag in _all_tags(declared)[len(own) :]:
        if tag.name in own:
            yield ("tags", own.index(tag.name), "name"), f"= '{tag.name}' is a tag that the engine adds by itself"
        if tag.name in TAKEN:
            yield ("loops",), f"add a tag '{tag.name}', which is a word of the engine"
    if len(_all_tags(declared)) > MOST_TAGS:
        yield ("tags",), f"and loops make {len(_all_tags(declared))} tags, the most is {MOST_TAGS}"


def _all_tags(declared: Declaration) -> Sequence[Tag]:
    """All tags, as far as the loops' own ones exist."""
    known = declared.by_name
    loops = tuple(loop for loop in declared.loops if loop.controlled in known)
    return Model("", "", "", (), tuple(declared.tags), _NO_EQUATIONS, loops, tuple(declared.interlocks)).tags


_NO_EQUATIONS = TransferFunction((), (), ())


def _role(at: Path, tags: Mapping[str, Tag], name: str, roles: "set[Role] | frozenset[Role]", what: str) -> Found:
    if name not in tags:
        yield at, f"= '{name[:60]}' is no tag of this model{_near(name, tags)}"
    elif tags[name].role not in roles:
        yield at, f"= '{name}' must be {what}, it is of the role {tags[name].role}"


def _near(name: str, tags: Mapping[str, Tag]) -> str:
    near = get_close_matches(name[:60], tags, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _written(at: Path, tags: Mapping[str, Tag], name: str, value: object) -> Found:
    if name not in tags:
        yield at, f"is no tag of this model{_near(name, tags)}"
    elif not tags[name].writable:
        yield at, f"is of the role {tags[name].role}, which nobody writes"
    else:
        try:
            tags[name].check(value)
        except PlantError as error:
            yield at, f"can't be: {error}"


_RULES: tuple[Callable[[Declaration], Found], ...] = (_tags, _loops, _interlocks, _starts, _extra_tags)
