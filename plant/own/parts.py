"""The parts of a file around its equations: tags, loops, interlocks, start states."""

from plant.interlocks import Interlock, Side
from plant.loops import Form, Loop
from plant.model import STEADY, Start
from plant.own.node import Path, Problems
from plant.own.rules import MOST_TAGS, START_NAME, TAG_NAME, wrong_unit
from plant.own.section import REQUIRED, Section
from plant.tags import Limits, Role, Tag

ROLES = tuple(str(role) for role in Role)
_TAG_KEYS = ("name", "role", "unit", "low", "high", "nominal", "description", "label", "digits", "limits", "states",
             "noise", "resolution")  # fmt: skip
_LIMITS = ("high_high", "high", "low", "low_low", "hysteresis", "on_delay", "off_delay")
_TAG_NAME = (TAG_NAME, "a name in lower case words joined by underscores, such as reflux_flow,")
_START_NAME = (START_NAME, "a name in lower case words joined by hyphens")
_MOST_LOOPS, _MOST_INTERLOCKS, _MOST_STARTS = 100, 50, 50


def tags(problems: Problems, document: Section) -> list[tuple[Path, Tag]]:
    """The tags whose name and role can be read, with their paths; what else can't be read is replaced."""
    read = []
    for path in document.items("tags", MOST_TAGS, required=True):
        part = Section(problems, path, _TAG_KEYS)
        tag = _tag(part)
        if problems.of((*path, "name"), (*path, "role")) or not part.has("name"):
            continue
        if problems.of(path):
            tag = Tag(tag.name, tag.role, "s" if part.value("unit") == "s" else "", 0.0, 1.0, 0.0, tag.name)
        read.append((path, tag))
    return read


def _tag(part: Section) -> Tag:
    name = part.name("name", *_TAG_NAME)
    role = part.choice("role", ROLES)
    states = part.texts("states", (), most=32, longest=60)
    low, high = (0.0, len(states) - 1.0) if states else (REQUIRED, REQUIRED)
    if len(states) == 1:
        part.problem("states", "takes two texts at least")
    if states and role in ("output", "state"):
        part.problem("states", "can't be those of a measured tag: linear equations give numbers")
    symbol = part.text("unit", "", 20)
    if wrong := wrong_unit(symbol):
        part.problem("unit", wrong)
    return Tag(
        name, Role(role) if role in ROLES else Role.INPUT, symbol,
        part.number("low", low), part.number("high", high), part.number("nominal", 0.0 if states else REQUIRED),
        part.text("description", str(name).replace("_", " "), 500), part.text("label", "", 40),
        part.whole("digits", 0 if states else 3, 0, 9), _limits(part), states,
        part.number("noise", 0.0, 0.0), part.number("resolution", 0.0, 0.0),
    )  # fmt: skip


def _limits(tag: Section) -> Limits:
    if not tag.has("limits"):
        return Limits()
    part = Section(tag.problems, (*tag.path, "limits"), _LIMITS)
    positive = {"hysteresis": 0.0, "on_delay": 0.0, "off_delay": 0.0}
    return Limits(**{key: part.number(key, None, positive.get(key, -1e15)) for key in _LIMITS})


def loops(problems: Problems, document: Section) -> list[Loop]:
    """The loops that can be read."""
    read = []
    for path in document.items("loops", _MOST_LOOPS):
        loop = _loop(problems, path)
        if not problems.of(path):
            read.append(loop)
    return read


def _loop(problems: Problems, path: Path) -> Loop:
    keys = ("controlled", "manipulated", "gain", "integral_time", "derivative_time", "form", "period", "tracks",
            "source", "label")  # fmt: skip
    part = Section(problems, path, keys)
    form = part.choice("form", [each.name.lower() for each in Form], "positional")
    return Loop(
        part.name("controlled", *_TAG_NAME), part.name("manipulated", *_TAG_NAME), part.number("gain"),
        part.number("integral_time", 0.0), part.text("source", "own choice", 500), part.number("derivative_time", 0.0),
        Form[form.upper()], part.number("period", 0.0), part.flag("tracks", False), part.text("label", "", 40),
    )  # fmt: skip


def interlocks(problems: Problems, document: Section) -> list[Interlock]:
    """The interlocks that can be read."""
    read = []
    for path in document.items("interlocks", _MOST_INTERLOCKS):
        lock = _interlock(problems, path)
        if not problems.of(path):
            read.append(lock)
    return read


def _interlock(problems: Problems, path: Path) -> Interlock:
    keys = ("name", "description", "watched", "limit", "side", "forces", "release", "returns", "armed_by")
    part = Section(problems, path, keys)
    side = part.choice("side", ("high", "low"))
    return Interlock(
        part.name("name", *_TAG_NAME), part.text("description", "Interlock", 500), part.name("watched", *_TAG_NAME),
        part.number("limit"), Side.LOW if side == "low" else Side.HIGH, part.values("forces"),
        part.number("release", None), part.values("returns"), part.text("armed_by", "", 60),
    )  # fmt: skip


def starts(problems: Problems, document: Section) -> list[Start]:
    """The start states that can be read; without any, the steady state."""
    read = []
    for path in document.items("starts", _MOST_STARTS):
        part = Section(problems, path, ("name", "description", "inputs", "states", "holds"))
        start = Start(
            part.name("name", *_START_NAME), part.text("description", "Start state", 500), part.values("inputs"),
            part.numbers("states", most=10_000) if part.has("states") else None,
            part.flag("holds", False),
        )  # fmt: skip
        if not problems.of(path):
            read.append(start)
    return read or [STEADY]
