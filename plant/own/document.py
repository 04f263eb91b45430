"""A whole file: from the tree of its values to a model, or to all its problems."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from plant.blocks.state_space import StateSpace
from plant.blocks.transfer_function import TransferFunction
from plant.model import Model
from plant.own import parts
from plant.own.equations import Equations, Surface, direct, state_space, transfer_functions
from plant.own.node import Node, Path, Problems
from plant.own.rules import ID, MOST_TAGS, Declaration, problems
from plant.own.section import Section
from plant.simulation import LONGEST_STEP, SHORTEST_STEP
from plant.tags import Tag

KEYS = ("id", "name", "description", "sources", "documentation", "exercises", "time_unit", "sample_time", "tags",
        "transfer_functions", "state_space", "loops", "interlocks", "starts")  # fmt: skip
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
LONGEST_TEXT = 50_000


def read(root: Node) -> Model:
    """The model that the document declares.

    Raises InvalidValue or InvalidRequest, which holds every problem with its line, column and path.
    """
    found = Problems(root)
    document = Section(found, (), KEYS)
    facts = _facts(document)
    placed = parts.tags(found, document)
    tags = [tag for _, tag in placed]
    surface = Surface.of(tags, SECONDS.get(facts["time_unit"], 1.0))
    equations = _equations(found, document, surface)
    declared = Declaration(
        tags, parts.loops(found, document), parts.interlocks(found, document), parts.starts(found, document)
    )
    found.add_all((_in_file(placed, path), sentence) for path, sentence in problems(declared))
    if equations is not None:
        found.add_all(_algebraic(declared, equations, surface))
        found.add_all(_states(declared, equations))
    found.check()
    assert equations is not None  # noqa: S101 - else there is a problem
    return _model(facts, surface, declared, equations)


def _facts(document: Section) -> dict[str, Any]:
    return {
        "id": document.name("id", ID, "a name in lower case words joined by hyphens, such as mixing-tank,"),
        "name": document.text("name", longest=100),
        "description": document.text("description", longest=500),
        "sources": document.texts("sources", ()),
        "documentation": document.text("documentation", "", LONGEST_TEXT),
        "exercises": document.texts("exercises", (), longest=2000),
        "time_unit": document.choice("time_unit", tuple(SECONDS), "s"),
        "sample_time": document.number("sample_time", 1.0, SHORTEST_STEP, LONGEST_STEP),
    }


def _equations(found: Problems, document: Section, surface: Surface) -> Equations | None:
    given = [key for key in ("transfer_functions", "state_space") if document.has(key)]
    if len(given) != 1:
        found.add((), f"takes either transfer_functions or state_space, not {'both' if given else 'none of them'}")
        return None
    if len(surface.tags) != len(list(document.items("tags", MOST_TAGS))):
        return None
    return (transfer_functions if given == ["transfer_functions"] else state_space)(found, document, surface)


def _in_file(placed: Sequence[tuple[Path, Tag]], path: Path) -> Path:
    """The path in the file of a path in the declaration, which lacks the tags that could not be read."""
    if len(path) > 1 and path[0] == "tags" and isinstance(path[1], int):
        return (*placed[path[1]][0], *path[2:])
    return path


def _algebraic(declared: Declaration, equations: Equations, surface: Surface) -> list[tuple[Path, str]]:
    names = [tag.name for tag in surface.sources], [tag.name for tag in surface.shown]
    at_once = {(names[0][source], names[1][target]) for source, target in direct(equations)}
    return [
        (
            ("loops", place),
            f"is an algebraic loop: '{loop.controlled}' answers '{loop.manipulated}' at once; give that path a time "
            "constant or a dead time",
        )
        for place, loop in enumerate(declared.loops)
        if (loop.manipulated, loop.controlled) in at_once
    ]


def _states(declared: Declaration, equations: Equations) -> list[tuple[Path, str]]:
    count = len(equations.a) if isinstance(equations, StateSpace) else 0
    return [
        (("starts", place, "states"), f"are {len(start.states)} numbers, the equations have {count} states by number")
        for place, start in enumerate(declared.starts)
        if start.states is not None and len(start.states) != count
    ]


def _model(facts: dict[str, Any], surface: Surface, declared: Declaration, equations: Equations) -> Model:
    seconds = SECONDS[facts["time_unit"]]
    model = Model(
        own_tags=surface.tags, equations=equations, loops=tuple(declared.loops), kind="own", seconds_per_unit=seconds,
        interlocks=tuple(declared.interlocks), longest_step=_longest_step(facts["sample_time"], declared), **facts,
    )  # fmt: skip
    model = replace(model, documentation=_documentation(model))
    return replace(
        model,
        interlocks=tuple(
            replace(lock, forces=_checked(model, lock.forces), returns=_checked(model, lock.returns))
            for lock in model.interlocks
        ),
        starts=tuple(replace(start, inputs=_checked(model, start.inputs)) for start in declared.starts),
    )


def _longest_step(sample_time: float, declared: Declaration) -> float:
    """Loops and interlocks keep the pace for which they were declared, however long the steps of a simulation are."""
    return sample_time if declared.loops or declared.interlocks else LONGEST_STEP


def _checked(model: Model, values: Any) -> dict[str, float]:
    return {name: model.tag(name).check(value) for name, value in values.items()}


def _documentation(model: Model) -> str:
    """A title, what the author wrote, and the equations as they were read."""
    lines = [model.name, "", model.documentation or model.description, "", *_written(model)]
    return "\n".join(lines)


def _written(model: Model) -> list[str]:
    equations = model.equations
    unit = model.time_unit
    if isinstance(equations, StateSpace):
        kind = "Discrete" if equations.sample_time else "Continuous"
        size = f"{len(equations.a)} states, {len(equations.dead_times)} inputs, {len(equations.c)} outputs"
        return [f"{kind} state space with {size}, in deviations from the nominal values, time in {unit}."]
    assert isinstance(equations, TransferFunction)  # noqa: S101 - a file has nothing else
    tags, shown = model.own_tags, [model.tags[place].name for place in model.output_indices]
    lines = [f"Transfer functions between deviations from the nominal values, time in {unit}:", ""]
    for channel in equations.channels:
        top, bottom = (_polynomial(c) for c in (channel.numerator, channel.denominator))
        delay = f" exp(-{channel.dead_time:g} s)" if channel.dead_time else ""
        if getattr(channel, "dead_time_input", -1) >= 0:
            delay = f" exp(-{tags[channel.dead_time_input].name} s)"  # type: ignore[union-attr]
        lines.append(f"    {shown[channel.target]} <- ({top}){delay} / ({bottom}) {tags[channel.source].name}")
    return lines


def _polynomial(coefficients: Sequence[float]) -> str:
    trimmed = np.trim_zeros(np.array(coefficients), "f").tolist() or [0.0]
    order = len(trimmed) - 1
    terms = [
        f"{value:g}" + (f" s^{order - place}" if order - place > 1 else " s" if order - place == 1 else "")
        for place, value in enumerate(trimmed)
        if value or order == 0
    ]
    return " + ".join(terms)
