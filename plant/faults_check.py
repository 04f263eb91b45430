"""What is asked of a fault before anything of it is taken, in the words of whoever asks."""

import math
from collections.abc import Mapping, Sequence
from numbers import Real

from plant.errors import InvalidValue, NotFinite, OutOfRange, PlantError, UnknownName, WrongType
from plant.faults import INTERVAL, KINDS, Fault, Kind, Size
from plant.model import Model
from plant.tags import Tag, check_all

MOST_FAULTS = 32
"""Of one simulation, those that have ended aside."""
LATEST = 1e9
"""Seconds."""
WORDS = ("tag", "kind", "size", "start", "ramp", "duration", "interval")
_TIMES = (("start", 0.0), ("ramp", 0.0), ("duration", 1e-3), ("interval", 1e-3))
"""Name and least value in seconds."""


def check_faults(model: Model, asked: Sequence[Mapping[str, object]], owner: str = "", present: int = 0) -> list[Fault]:
    """The faults of a request, numbered from 1; `present` is how many the simulation has already.

    Each is given by the words in `WORDS`, tag and kind at least. Raises what is wrong with them, all problems at once.
    """
    errors: list[PlantError] = []
    owner = owner or model.id
    if len(asked) + present > MOST_FAULTS:
        raise OutOfRange(f"{owner} would have {len(asked) + present} faults; {MOST_FAULTS} is the most")
    faults = [_fault(model, words, owner, number, errors) for number, words in enumerate(asked, 1)]
    check_all(errors)
    return [fault for fault in faults if fault is not None]


def _fault(
    model: Model, words: Mapping[str, object], owner: str, number: int, errors: list[PlantError]
) -> Fault | None:
    before = len(errors)
    unknown = [name for name in words if name not in WORDS]
    if unknown:
        errors.append(WrongType(f"a fault has no '{unknown[0][:40]}' (but {', '.join(WORDS)})"))
    tag, kind = _tag(model, words.get("tag"), owner, errors), _kind(words.get("kind"), errors)
    what = f"{owner}.{tag.name} {kind}" if tag and kind else "the fault"
    times = [_time(words.get(name), f"{what}: {name}", least, errors) for name, least in _TIMES]
    if tag is None or kind is None:
        return None
    _check_fit(model, tag, kind, what, errors)
    size = _size(words.get("size"), tag, kind, what, errors)
    start, ramp, duration, interval = times
    if ramp and not KINDS[kind].ramps:
        errors.append(InvalidValue(f"{what}: it has no ramp"))
    if len(errors) > before:
        return None
    endless = math.inf if duration is None else duration
    return Fault(tag.name, kind, size, start, ramp or 0.0, endless, interval or INTERVAL, number)


def _tag(model: Model, name: object, owner: str, errors: list[PlantError]) -> Tag | None:
    if not isinstance(name, str):
        errors.append(WrongType("a fault needs the name of a tag"))
        return None
    try:
        return model.tag(name, owner)
    except UnknownName as error:
        errors.append(error)
        return None


def _kind(kind: object, errors: list[PlantError]) -> Kind | None:
    if isinstance(kind, str) and kind in list(Kind):
        return Kind(kind)
    given = f"'{kind[:40]}'" if isinstance(kind, str) else "nothing" if kind is None else "what is not a text"
    errors.append(UnknownName(f"{given} is no kind of fault (there is: {', '.join(Kind)})"))
    return None


def _check_fit(model: Model, tag: Tag, kind: Kind, what: str, errors: list[PlantError]) -> None:
    roles, own = KINDS[kind].roles, any(tag.name == one.name for one in model.own_tags)
    if tag.role not in roles:
        wanted = " or ".join(sorted(roles))
        errors.append(InvalidValue(f"{what}: the tag is of role {tag.role}, this kind needs {wanted}"))
    elif not own:
        errors.append(InvalidValue(f"{what}: the tag belongs to a controller or interlock, not to the plant"))
    elif tag.states and kind not in (Kind.STUCK, Kind.LOSS):
        errors.append(InvalidValue(f"{what}: the tag is a switch ({', '.join(tag.states)})"))


def _number(value: object, what: str, errors: list[PlantError]) -> float | None:
    if isinstance(value, bool) or not isinstance(value, Real):
        errors.append(WrongType(f"{what} takes a number"))
        return None
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        errors.append(NotFinite(f"{what} = {number} is not a finite number"))
        return None
    return number


def _time(value: object, what: str, least: float, errors: list[PlantError]) -> float | None:
    if value is None:
        return None
    number = _number(value, what, errors)
    if number is not None and not least <= number <= LATEST:
        errors.append(OutOfRange(f"{what} = {number:g} s is outside {least:g}..{LATEST:g}"))
    return number


def _size(value: object, tag: Tag, kind: Kind, what: str, errors: list[PlantError]) -> float:
    nature = KINDS[kind]
    if value is None:
        if nature.default is None:
            errors.append(WrongType(f"{what} {nature.size} ({nature.description})"))
            return 0.0
        return min(max(0.0, tag.low), tag.high) if math.isnan(nature.default) else nature.default
    number = _number(value, f"{what}: size", errors)
    if number is not None and not _fits(number, tag, nature.size):
        shown = f"{number:.15g} {tag.symbol}".rstrip()
        inside = f" {tag.low:g}..{tag.high:g}" if nature.size is Size.INSIDE else ""
        errors.append(OutOfRange(f"{what}: size = {shown}, but it {nature.size}{inside}"))
    return number or 0.0


def _fits(number: float, tag: Tag, size: Size) -> bool:
    match size:
        case Size.NONE:
            return False
        case Size.POSITIVE:
            return number > 0
        case Size.SIDE:
            return number in (-1.0, 1.0)
        case Size.INSIDE:
            return tag.low <= number <= tag.high and (not tag.states or number.is_integer())
        case Size.ANY:
            return True
