"""The queries of provisioned Grafana dashboards, with variables and time macros put in as Grafana does it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

DASHBOARDS = Path(__file__).parents[2] / "grafana" / "dashboards"


@dataclass(frozen=True, slots=True)
class Range:
    """What a dashboard shows: wall time, width of a window in seconds, bucket, chosen values by variable."""

    start: datetime
    stop: datetime
    window: float
    bucket: str
    chosen: Mapping[str, Sequence[str]]


def queries(range_shown: Range, name: str) -> Iterator[tuple[str, str]]:
    """(where it stands, Flux) of every query of the variables and panels of a dashboard."""
    board: dict[str, Any] = json.loads((DASHBOARDS / f"{name}.json").read_text())
    for variable in board["templating"]["list"]:
        yield f"{name}: variable {variable['name']}", _filled(variable["query"]["query"], range_shown)
    for panel in board["panels"]:
        for target in panel["targets"]:
            yield f"{name}: {panel['title']}", _filled(target["query"], range_shown)


def _filled(query: str, shown: Range) -> str:
    macros = {
        "v.timeRangeStart": shown.start.isoformat(),
        "v.timeRangeStop": shown.stop.isoformat(),
        "v.windowPeriod": f"{round(shown.window * 1000)}ms",
        "v.defaultBucket": json.dumps(shown.bucket),
    }
    for macro, text in macros.items():
        query = query.replace(macro, text)
    for variable, values in shown.chosen.items():
        query = query.replace(f"${{{variable}:regex}}", f"({'|'.join(map(re.escape, values))})")
    assert "${" not in query, query
    assert not re.search(r"\bv\.", query), query
    return query
