"""The documentation page of a model, from its declaration and its module's docstring."""

import inspect
from collections.abc import Iterable

from plant.model import Model
from plant.tags import Limits, Tag

_LIMITS = (("high_high", "HH"), ("high", "H"), ("low", "L"), ("low_low", "LL"))


def page(model: Model) -> str:
    """The page of one model in Markdown."""
    return "\n".join(
        (
            f"# {model.name}",
            "",
            f"`{model.id}`: {model.description}",
            "",
            *_equations(model),
            "## Tags",
            "",
            "| tag | mark | role | unit | range | nominal | alarm limits | meaning |",
            "|---|---|---|---|---|---|---|---|",
            *(_row(tag) for tag in model.tags),
            "",
            "## Loops",
            "",
            *_loops(model),
            "## Sources",
            "",
            *(f"- {source}" for source in model.sources),
            "",
        )
    )


def index(models: Iterable[Model]) -> str:
    """The list of all pages."""
    rows = (f"| [{m.id}]({m.id}.md) | {m.name} | {m.description} |" for m in models)
    return "\n".join(("# Models", "", "| id | name | what it is |", "|---|---|---|", *rows, ""))


def _equations(model: Model) -> list[str]:
    """The docstring of the module that declares the model: title dropped, indented equations kept as code."""
    text = inspect.cleandoc(model.documentation)
    _, _, body = text.partition("\n")
    return ["## Equations", "", *body.strip().splitlines(), ""]


def _row(tag: Tag) -> str:
    unit = tag.symbol or ("/".join(tag.states) if tag.states else "-")
    cells = (
        f"`{tag.name}`", tag.label or "-", str(tag.role), unit, f"{tag.low:g} to {tag.high:g}", f"{tag.nominal:g}",
        _limits(tag.limits), tag.description,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _limits(limits: Limits) -> str:
    given = ((mark, getattr(limits, name)) for name, mark in _LIMITS)
    return ", ".join(f"{mark} {limit:g}" for mark, limit in given if limit is not None) or "-"


def _loops(model: Model) -> list[str]:
    if not model.loops:
        return ["None.", ""]
    rows = (
        f"| `{loop.controlled}` | `{loop.manipulated}` | {loop.gain:g} | {loop.integral_time:g} s | {loop.source} |"
        for loop in model.loops
    )
    return ["| controlled | by | gain | integral time | source |", "|---|---|---|---|---|", *rows, ""]
