"""The description of an FMU as a model: its tags, units and ranges, by FMPy."""

import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from connections.fmu import archive
from connections.fmu.equations import FmuEquations
from connections.fmu.plan import BOOLEAN, FLOATING, WHOLE, Plan, Variable
from plant.errors import InvalidRequest, InvalidValue, UnknownName
from plant.model import Model, Start
from plant.own.rules import TAKEN
from plant.simulation import LONGEST_STEP, SHORTEST_STEP
from plant.tags import Role, Tag
from plant.units import unit

WIDE = 1e9
"""Half the range of a variable whose description gives none."""
_UNITS = {
    "1": "", "degC": "°C", "m3/s": "m³/s", "m3/h": "m³/h", "m2": "m²", "m3": "m³", "l/min": "L/min", "l/h": "L/h",
    "l": "L", "kg/m3": "kg/m³", "r/min": "rpm", "rev/min": "rpm", "1/min": "rpm",
}  # fmt: skip
_KINDS = {("2", "coSimulation"): "fmi2-cs", ("2", "modelExchange"): "fmi2-me", ("3", "coSimulation"): "fmi3-cs"}
_STATES = ("false", "true")


def read(content: bytes) -> Model:
    """The model that an FMU is. Raises InvalidValue or InvalidRequest with every problem."""
    try:
        from fmpy import read_model_description  # noqa: PLC0415 - an extra
    except ImportError:
        raise InvalidValue("FMUs need FMPy: pip install 'process-dynamics-engine[fmi]'") from None
    with archive.open_archive(content) as opened:
        text, names = archive.description(opened), opened.namelist()
    try:
        described = read_model_description(io.BytesIO(content), validate=True)
    except Exception as error:  # FMPy raises plain Exception, with a problem a line
        problems = [line.strip(" -") for line in str(error).splitlines() if line.strip(" -")]
        raise InvalidRequest(tuple(InvalidValue(f"{archive.DESCRIPTION}: {each[:300]}") for each in problems)) from None
    assert text  # noqa: S101 - the archive was looked through
    return _model(content, described, names)


def _model(content: bytes, described: Any, names: list[str]) -> Model:
    kind, interface = _interface(described)
    variables = [Described.of(v) for v in described.modelVariables if not v.dimensions and _wanted(v)]
    if not any(v.tag.role is Role.OUTPUT for v in variables):
        raise InvalidValue("the FMU has no output that is a single number")
    variables = _unique(variables)
    inputs = [v for v in variables if v.tag.role is not Role.OUTPUT]
    outputs = [v for v in variables if v.tag.role is Role.OUTPUT]
    experiment = described.defaultExperiment
    wanted = float((experiment and experiment.stepSize) or 0.0)
    plan = Plan(
        kind, described.guid or described.instantiationToken, interface.modelIdentifier,
        archive.binary(names, interface.modelIdentifier), tuple(v.variable for v in inputs),
        tuple(v.variable for v in outputs), bool(interface.canGetAndSetFMUstate and interface.canSerializeFMUstate),
        int(described.numberOfContinuousStates or 0), int(described.numberOfEventIndicators or 0),
        min(max(wanted, 1e-4), 0.1) if wanted else 0.01,
    )  # fmt: skip
    return Model(
        id=_slug(described.modelName), name=described.modelName[:100],
        description=(described.description or f"The FMU {described.modelName}")[:500],
        sources=tuple(text for text in (described.author, described.copyright) if text),
        own_tags=tuple(v.tag for v in (*inputs, *outputs)),
        equations=FmuEquations(content, plan, tuple(v.tag.nominal for v in inputs)),
        starts=(Start("steady", "The FMU's own start", holds=False),), kind="own",
        sample_time=min(max(wanted or 1.0, SHORTEST_STEP), LONGEST_STEP), documentation=_page(described, plan),
        step_tolerance=math.inf,
    )  # fmt: skip


def _interface(described: Any) -> tuple[str, Any]:
    version = str(described.fmiVersion)[:1]
    for name in ("coSimulation", "modelExchange"):
        kind, interface = _KINDS.get((version, name)), getattr(described, name)
        if kind and interface is not None:
            return kind, interface
    raise InvalidValue(
        f"an FMU of FMI {described.fmiVersion} for this purpose is not taken: FMI 2 (co-simulation, model exchange) or "
        "FMI 3 (co-simulation)"
    )


def _wanted(variable: Any) -> bool:
    known = FLOATING | WHOLE | BOOLEAN
    tunable = variable.causality == "parameter" and variable.variability == "tunable"
    return variable.type in known and (variable.causality in ("input", "output") or tunable)


@dataclass(frozen=True, slots=True)
class Described:
    """A variable with its tag."""

    variable: Variable
    tag: Tag

    @classmethod
    def of(cls, variable: Any) -> "Described":
        """The tag that a variable's description makes."""
        roles = {"input": Role.INPUT, "output": Role.OUTPUT, "parameter": Role.PARAMETER}
        role, is_flag = roles[variable.causality], variable.type in BOOLEAN
        start = _number(variable.start) or 0.0
        low, high = _range(variable, start)
        symbol, words = _unit(variable)
        kind = {"Real": "Float64", "Integer": "Int32", "Enumeration": "Int32"}.get(variable.type, variable.type)
        tag = Tag(
            _snake(variable.name), role, symbol, low, high, min(max(start, low), high),
            f"{variable.description or variable.name}{words}"[:500], "", 3 if variable.type in FLOATING else 0,
            states=_STATES if is_flag and role is not Role.OUTPUT else (),
        )  # fmt: skip
        return cls(Variable(int(variable.valueReference), kind), tag)


def _range(variable: Any, start: float) -> tuple[float, float]:
    if variable.type in BOOLEAN:
        return 0.0, 1.0
    declared = variable.declaredType
    low, high = (_number(getattr(variable, end)) for end in ("min", "max"))
    if declared is not None:
        low = _number(declared.min) if low is None else low
        high = _number(declared.max) if high is None else high
    low = min(-WIDE, 10 * start) if low is None else low
    high = max(WIDE, 10 * start) if high is None else high
    return max(low, -1e15), min(high, 1e15)


def _number(text: Any) -> float | None:
    try:
        value = float(text)
    except (TypeError, ValueError):
        return {"true": 1.0, "false": 0.0}.get(str(text).lower())
    return value if math.isfinite(value) else None


def _unit(variable: Any) -> tuple[str, str]:
    """The unit's symbol, and what to say of one that the table has not."""
    name = variable.unit or (variable.declaredType.unit if variable.declaredType is not None else None) or ""
    symbol = _UNITS.get(name, name)
    try:
        unit(symbol)
    except UnknownName:
        return "", f" (in {name})"
    return symbol, ""


def _snake(name: str) -> str:
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    text = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:50].strip("_")
    return text if text and text[0].isalpha() and text not in TAKEN else f"fmu_{text}".strip("_")


def _slug(name: str) -> str:
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name)
    text = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:50].strip("-")
    return text if text and text[0].isalpha() else f"fmu-{text}".strip("-")


def _unique(variables: Iterable[Described]) -> list[Described]:
    """Names that would be the same get a number."""
    taken: set[str] = set()
    unique: list[Described] = []
    for each in variables:
        name, number = each.tag.name, 2
        while name in taken:
            name, number = f"{each.tag.name}_{number}", number + 1
        taken.add(name)
        tag = each.tag
        if name != tag.name:
            tag = Tag(name, tag.role, tag.symbol, tag.low, tag.high, tag.nominal, tag.description, "", tag.digits,
                      states=tag.states)  # fmt: skip
        unique.append(Described(each.variable, tag))
    return unique


def _page(described: Any, plan: Plan) -> str:
    kinds = {"cs": "co-simulation", "me": "model exchange"}
    saved = "can be saved and restored" if plan.saves else "can't be saved: when its worker is lost it begins again"
    lines: Sequence[str] = (
        described.modelName, "", described.description or "", "",
        f"An FMU of FMI {described.fmiVersion} for {kinds[plan.kind[-2:]]}"
        f"{f', made by {described.generationTool}' if described.generationTool else ''}. Its state {saved}.",
        "Tags are its inputs, outputs and tunable parameters that are single numbers; a range that its description "
        "does not give is wide.",
    )  # fmt: skip
    return "\n".join(lines)
