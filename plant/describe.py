"""The description of a model as plain JSON data: the one source of every generated file and of the catalogue's API."""

from dataclasses import asdict
from typing import Any

from plant.interlocks import Interlock
from plant.loops import Loop
from plant.model import Model, Start
from plant.tags import Tag


def describe_tag(tag: Tag) -> dict[str, Any]:
    """One tag: name, role, unit, range, nominal value, alarm limits, texts of a discrete tag."""
    return {
        "name": tag.name,
        "role": str(tag.role),
        "unit": tag.symbol,
        "low": tag.low,
        "high": tag.high,
        "nominal": tag.nominal,
        "description": tag.description,
        "label": tag.label,
        "digits": tag.digits,
        "writable": tag.writable,
        "limits": {name: limit for name, limit in asdict(tag.limits).items() if limit is not None},
        "states": list(tag.states),
    }


def describe(model: Model) -> dict[str, Any]:
    """The whole model: what it is, its tags, loops, interlocks and start states, its exercises and documentation."""
    return {
        "id": model.id,
        "kind": model.kind,
        "name": model.name,
        "description": model.description,
        "sources": list(model.sources),
        "time_unit": model.time_unit,
        "sample_time": model.sample_time,
        "tags": [describe_tag(tag) for tag in model.tags],
        "loops": [_loop(loop) for loop in model.loops],
        "interlocks": [_interlock(lock) for lock in model.interlocks],
        "starts": [_start(start) for start in model.starts],
        "exercises": list(model.exercises),
        "documentation": model.documentation,
    }


def _loop(loop: Loop) -> dict[str, Any]:
    return {**asdict(loop), "form": loop.form.name.lower()}


def _interlock(lock: Interlock) -> dict[str, Any]:
    """One interlock; `release` None: latched until it is reset."""
    return {
        "name": lock.name,
        "description": lock.description,
        "watched": lock.watched,
        "limit": lock.limit,
        "side": lock.side.name.lower(),
        "forces": dict(lock.forces),
        "release": lock.release,
        "returns": dict(lock.returns),
        "armed_by": lock.armed_by or None,
    }


def _start(start: Start) -> dict[str, Any]:
    return {"name": start.name, "description": start.description, "inputs": dict(start.inputs)}
