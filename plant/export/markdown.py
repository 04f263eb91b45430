"""The documentation page of a model, from its declaration, its module's docstring and its results."""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plant.interlocks import Interlock, Side
from plant.model import Model, Start
from plant.tags import Limits, Tag

_LIMITS = (("high_high", "HH"), ("high", "H"), ("low", "L"), ("low_low", "LL"))
_KINDS = {
    "continuous": "Continuous processes",
    "batch": "Batch processes",
    "starter": "Starter set",
    "own": "Own models",
}


@dataclass(frozen=True, slots=True)
class Result:
    """A published figure beside ours, and where it was published."""

    what: str
    published: float
    ours: float
    tolerance: float
    source: str


def page(model: Model, results: Sequence[Result] = (), picture: str = "") -> str:
    """The page of one model in Markdown; `picture` is the address of its response."""
    parts = [
        f"# {model.name}", "", f"`{model.id}`: {model.description}", "",
        *_section("Equations", _equations(model)),
        *_section("Response", [f"![Response of {model.name}]({picture})"] if picture else []),
        *_section("Published figures and ours", _results(results)),
        *_section("Start states", _table(("start", "what it is"), map(_start, model.starts))),
        *_section("Tags", _table(_TAG_COLUMNS, map(_row, model.tags))),
        *_section("Loops", _loops(model)),
        *_section("Interlocks", [f"- `{lock.name}`: {_interlock(model, lock)}" for lock in model.interlocks]),
        *_section("Exercises", [f"{n}. {text}" for n, text in enumerate(model.exercises, 1)]),
        *_section("Sources", [f"- {source}" for source in model.sources]),
    ]  # fmt: skip
    return "\n".join(parts)


def index(models: Iterable[Model]) -> str:
    """The list of all pages, kind by kind."""
    listed = list(models)
    parts = ["# Models", ""]
    for kind, title in _KINDS.items():
        rows = [(f"[{m.id}]({m.id}.md)", m.name, m.description) for m in listed if m.kind == kind]
        parts += _section(title, _table(("id", "name", "what it is"), rows)) if rows else []
    return "\n".join(parts)


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *lines, ""] if lines else []


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in (columns, *rows)]
    return [lines[0], f"|{'---|' * len(columns)}", *lines[1:]] if len(lines) > 1 else []


def _equations(model: Model) -> list[str]:
    """The docstring of the module that declares the model: title dropped, indented equations kept as code."""
    _, _, body = inspect.cleandoc(model.documentation).partition("\n")
    return body.strip().splitlines()


def _results(results: Sequence[Result]) -> list[str]:
    rows = [
        (r.what, f"{r.published:.10g}", _as_precise(r), f"{r.tolerance:.1g}", r.source)
        for r in results
    ]  # fmt: skip
    return _table(("figure", "published", "ours", "within", "source"), rows)


def _as_precise(result: Result) -> str:
    """Our number with one digit more than the tolerance asks for."""
    digits = 0
    while digits < 12 and 10.0**-digits > result.tolerance:
        digits += 1
    return f"{result.ours:.{digits + 1}f}"


def _start(start: Start) -> tuple[str, str]:
    return f"`{start.name}`", start.description


_TAG_COLUMNS = ("tag", "mark", "role", "unit", "range", "nominal", "alarm limits", "meaning")


def _row(tag: Tag) -> tuple[str, ...]:
    unit = tag.symbol or ("/".join(tag.states) if tag.states else "-")
    return (
        f"`{tag.name}`", tag.label or "-", str(tag.role), unit, f"{tag.low:g} to {tag.high:g}", f"{tag.nominal:g}",
        _limits(tag.limits), tag.description,
    )  # fmt: skip


def _limits(limits: Limits) -> str:
    values: Mapping[str, float | None] = {mark: getattr(limits, name) for name, mark in _LIMITS}
    return ", ".join(f"{mark} {value:g}" for mark, value in values.items() if value is not None) or "-"


def _loops(model: Model) -> list[str]:
    rows = [
        (
            f"`{loop.controlled}`", f"`{loop.manipulated}`", f"{loop.gain:g}",
            f"{loop.integral_time:g} s" if loop.integral_time else "-", loop.form.name.lower(), loop.source,
        )
        for loop in model.loops
    ]  # fmt: skip
    return _table(("controls", "by", "gain", "integral time", "form", "tuning"), rows)


def _interlock(model: Model, lock: Interlock) -> str:
    unit = model.tag(lock.watched).symbol
    side = "above" if lock.side is Side.HIGH else "below"
    forced = ", ".join(
        f"`{name}` at {value:g} {model.tag(name).symbol}".rstrip() for name, value in lock.forces.items()
    )
    end = "until it is reset" if lock.release is None else f"until it is back at {lock.release:g} {unit}".rstrip()
    held = f" holds {forced}" if forced else " trips"
    return f"{lock.description}: `{lock.watched}` {side} {lock.limit:g} {unit}".rstrip() + f"{held} {end}."
