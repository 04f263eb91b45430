"""Samples of a simulation as text: CSV or JSON lines."""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum

from plant.model import Model
from plant.quality import is_bad
from plant.simulation import Simulation


class Format(StrEnum):
    """How the samples are printed."""

    CSV = "csv"
    JSON = "json"


def _shown(simulation: Simulation) -> list[float | None]:
    """The values; None where an instrument has no reading."""
    values, status = simulation.values.tolist(), simulation.status
    if status is None:
        return values  # type: ignore[no-any-return]
    return [None if is_bad(code) else value for value, code in zip(values, status.tolist(), strict=True)]


def _print_csv(model: Model, rows: Iterator[Simulation]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["time [s]", *(f"{t.name} [{t.symbol}]" if t.symbol else t.name for t in model.tags)])
    for simulation in rows:
        writer.writerow(
            [_short(simulation.time), *("" if value is None else _short(value) for value in _shown(simulation))]
        )


def _print_json(model: Model, rows: Iterator[Simulation]) -> None:
    for simulation in rows:
        values = zip((tag.name for tag in model.tags), _shown(simulation), strict=True)
        print(json.dumps({"time": float(_short(simulation.time)), **dict(values)}))


PRINTERS: dict[Format, Callable[[Model, Iterator[Simulation]], None]] = {
    Format.CSV: _print_csv,
    Format.JSON: _print_json,
}


def _short(number: float) -> str:
    return f"{number:.12g}"
