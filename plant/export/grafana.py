"""The Grafana dashboards: one overview and one for each model, as provisioned JSON."""

import json
from collections.abc import Iterable
from typing import Any

from plant.export.grafana_panels import (
    DATASOURCE,
    SIMS,
    Panel,
    age,
    newest_table,
    number,
    place,
    quality_timeline,
    rate,
    samples,
    tagged,
    trend,
)  # fmt: skip
from plant.model import Model
from plant.tags import Role, Tag

OVERVIEW = "pde-overview"
_SCHEMA = 'import "influxdata/influxdb/schema"\n'
_VALUES = (
    'schema.tagValues(bucket: v.defaultBucket, tag: "{tag}", predicate: (r) => r._measurement == "pde"{more},'
    " start: v.timeRangeStart, stop: v.timeRangeStop)"
)
_CANARY = """from(bucket: v.defaultBucket)
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "internal_agent" and r._field == "metrics_gathered")"""
_LIMIT_COLORS = {"high_high": "red", "high": "orange", "low": "orange", "low_low": "red"}
_GROUPS = (
    ("Outputs", frozenset({Role.OUTPUT})),
    ("Inputs and disturbances", frozenset({Role.INPUT, Role.DISTURBANCE})),
    ("Parameters and loops", frozenset({Role.PARAMETER})),
    ("States", frozenset({Role.STATE})),
)


def dashboard_uid(model_id: str) -> str:
    """The fixed uid of a model's dashboard: `/d/<uid>?var-sim=<SimID>` opens it."""
    return f"pde-{model_id}"


def dashboards(models: Iterable[Model]) -> dict[str, str]:
    """File name -> JSON text of every dashboard."""
    every = {OVERVIEW: _overview()} | {dashboard_uid(model.id): _model(model) for model in models}
    return {f"{uid}.json": json.dumps(board, indent=2, ensure_ascii=False) + "\n" for uid, board in every.items()}


def _overview() -> dict[str, Any]:
    shown = f"{SIMS} and r.tag =~ /^${{tag:regex}}$/"
    simulations = samples("quality", SIMS) + ('\n  |> last()\n  |> group()\n  |> distinct(column: "sim")\n  |> count()')
    bad = samples("quality", SIMS) + (
        "\n  |> last()\n  |> map(fn: (r) => ({r with _value: if r._value >= 1073741824 then 1 else 0}))"
        "\n  |> group()\n  |> sum()"
    )
    newest = age(samples("quality", SIMS))
    canary = age(_CANARY)
    panels = [
        (number("Simulations with samples", simulations), 6, 4),
        (number("Tags not Good", bad), 6, 4),
        (number("Age of the newest sample", newest, "s"), 6, 4),
        (number("Age of Telegraf's sign of life", canary, "s"), 6, 4),
        (trend("Tags chosen", shown, ""), 24, 11),
        (rate("Samples stored", SIMS), 12, 8),
        (quality_timeline("Quality of the tags chosen", shown), 12, 8),
        (newest_table("Newest values", "value", shown), 12, 9),
        (newest_table("Newest quality", "quality", shown), 12, 9),
    ]
    variables = [_variable("sim", "Simulation", "sim"), _variable("tag", "Tag", "tag", f" and {SIMS}")]
    return _dashboard(OVERVIEW, "PDE overview", "Every simulation and every tag", variables, place(panels))


def _model(model: Model) -> dict[str, Any]:
    panels: list[tuple[Panel, int, int]] = []
    for group, roles in _GROUPS:
        for unit, tags in _by_unit(tag for tag in model.tags if tag.role in roles).items():
            title = f"{group} ({unit})" if unit else group
            panels.append((trend(title, _chosen(tags), unit, _limits(tags)), 12, 9))
    everything = f'{SIMS} and r.model == "{model.id}"'
    panels.append((quality_timeline("Quality", f"{everything} and r.tag =~ /^${{tag:regex}}$/"), 24, 12))
    panels.append((newest_table("Newest values", "value", everything), 12, 12))
    panels.append((rate("Samples stored", everything), 12, 12))
    mine = f' and r.model == "{model.id}"'
    variables = [_variable("sim", "Simulation", "sim", mine), _variable("tag", "Tag", "tag", mine)]
    return _dashboard(dashboard_uid(model.id), model.name, model.description, variables, place(panels))


def _by_unit(tags: Iterable[Tag]) -> dict[str, list[Tag]]:
    groups: dict[str, list[Tag]] = {}
    for tag in tags:
        groups.setdefault(tag.symbol, []).append(tag)
    return groups


def _chosen(tags: list[Tag]) -> str:
    return f"{tagged(tag.name for tag in tags)} and r.tag =~ /^${{tag:regex}}$/"


def _limits(tags: list[Tag]) -> list[tuple[str, float]]:
    """Alarm limits as lines, where the panel shows a single tag."""
    if len(tags) != 1:
        return []
    limits = [(color, getattr(tags[0].limits, name)) for name, color in _LIMIT_COLORS.items()]
    return sorted(((color, limit) for color, limit in limits if limit is not None), key=lambda line: line[1])


def _variable(name: str, label: str, tag: str, more: str = "") -> dict[str, Any]:
    query = _SCHEMA + _VALUES.format(tag=tag, more=more)
    return {
        "type": "query", "name": name, "label": label, "datasource": DATASOURCE, "query": {"query": query},
        "refresh": 2, "sort": 1, "multi": True, "includeAll": True, "current": {"text": ["All"], "value": ["$__all"]},
    }  # fmt: skip


def _dashboard(
    uid: str, title: str, description: str, variables: list[dict[str, Any]], panels: list[Panel]
) -> dict[str, Any]:
    link = {"type": "dashboards", "title": "PDE dashboards", "tags": ["pde"], "asDropdown": True, "keepTime": True}
    return {
        "uid": uid, "title": title, "description": description, "tags": ["pde"], "schemaVersion": 41, "editable": True,
        "timezone": "browser", "refresh": "5s", "time": {"from": "now-15m", "to": "now"}, "graphTooltip": 1,
        "links": [link], "templating": {"list": variables}, "annotations": {"list": []}, "panels": panels,
    }  # fmt: skip
