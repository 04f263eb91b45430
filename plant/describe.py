"""The description of a model as plain JSON data: the one source of every generated file and of the catalogue's API."""

from dataclasses import asdict
from typing import Any

from plant.model import Model
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
    """The whole model: id, name, description, sources, time unit, sample time, tags and loops."""
    return {
        "id": model.id,
        "name": model.name,
        "description": model.description,
        "sources": list(model.sources),
        "time_unit": model.time_unit,
        "sample_time": model.sample_time,
        "tags": [describe_tag(tag) for tag in model.tags],
        "loops": [asdict(loop) for loop in model.loops],
    }
