"""Panels of the generated Grafana dashboards and the Flux queries behind them."""

from collections.abc import Iterable, Sequence
from typing import Any

from plant.quality import Quality, quality_name

DATASOURCE = {"type": "influxdb", "uid": "pde-influxdb"}
SIMS = "r.sim =~ /^${sim:regex}$/"
Panel = dict[str, Any]

_FROM = """from(bucket: v.defaultBucket)
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "pde" and r._field == "{field}" and {which})"""

# The least and the greatest of every window at their own times: a spike never disappears.
_EXTREMES = """data = {data}
low = data |> window(every: v.windowPeriod) |> min()
high = data |> window(every: v.windowPeriod) |> max()
union(tables: [low, high])
  |> group(columns: ["model", "sim", "tag", "unit"])
  |> keep(columns: ["_time", "_value", "sim", "tag"])
  |> sort(columns: ["_time"])
  |> unique(column: "_time")"""

_LAST = "{data}\n  |> last()\n  |> keep(columns: [{columns}])\n  |> group()"


def samples(field: str, which: str) -> str:
    """The samples of a field (`value` or `quality`) in the range shown, of the series that `which` chooses."""
    return _FROM.format(field=field, which=which)


def age(data: str) -> str:
    """Seconds since the newest of these samples."""
    return data + (
        '\n  |> last()\n  |> group()\n  |> max(column: "_time")'
        "\n  |> map(fn: (r) => ({_value: float(v: int(v: now()) - int(v: r._time)) / 1000000000.0}))"
    )


def tagged(tags: Iterable[str]) -> str:
    """A condition that chooses some tags of the simulations chosen."""
    names = " or ".join(f'r.tag == "{tag}"' for tag in tags)
    return f"{SIMS} and ({names})"


def trend(title: str, which: str, unit: str, limits: Sequence[tuple[str, float]] = ()) -> Panel:
    """Values over time; `limits` are drawn as dashed lines."""
    steps: list[dict[str, Any]] = [{"color": "transparent", "value": None}]
    steps += [{"color": color, "value": limit} for color, limit in limits]
    custom = {"lineWidth": 1, "showPoints": "auto", "thresholdsStyle": {"mode": "dashed" if limits else "off"}}
    defaults = {
        "unit": f"suffix: {unit}" if unit else "none", "displayName": "${__field.labels.sim} ${__field.labels.tag}",
        "custom": custom, "thresholds": {"mode": "absolute", "steps": steps},
    }  # fmt: skip
    options = {"legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "min", "max"]}}
    query = _EXTREMES.format(data=samples("value", which))
    return _panel("timeseries", title, query, defaults, options | {"tooltip": {"mode": "multi"}})


def quality_timeline(title: str, which: str) -> Panel:
    """Status codes over time, one band a tag: green is Good."""
    query = samples("quality", which) + (
        "\n  |> aggregateWindow(every: v.windowPeriod, fn: max, createEmpty: false)"
        '\n  |> group(columns: ["sim", "tag"])'
        '\n  |> keep(columns: ["_time", "_value", "sim", "tag"])'
    )
    defaults = {"displayName": "${__field.labels.sim} ${__field.labels.tag}", "mappings": _mappings()}
    return _panel("state-timeline", title, query, defaults, {"mergeValues": True, "showValue": "never"})


def newest_table(title: str, field: str, which: str) -> Panel:
    """The newest sample of each tag, with its time."""
    columns = '"_time", "_value", "model", "sim", "tag", "unit"'
    query = _LAST.format(data=samples(field, which), columns=columns)
    defaults: dict[str, Any] = {"mappings": _mappings()} if field == "quality" else {}
    return _panel("table", title, query, defaults, {"showHeader": True, "cellHeight": "sm"})


def rate(title: str, which: str) -> Panel:
    """Points that arrived, by simulation and window: the sign that the path from plant to store is whole."""
    query = samples("quality", which) + (
        '\n  |> group(columns: ["sim"])\n  |> aggregateWindow(every: v.windowPeriod, fn: count, createEmpty: true)'
        '\n  |> keep(columns: ["_time", "_value", "sim"])'
    )
    defaults = {"unit": "short", "displayName": "${__field.labels.sim}", "min": 0, "custom": {"fillOpacity": 10}}
    return _panel("timeseries", title, query, defaults, {"tooltip": {"mode": "multi"}})


def number(title: str, flux: str, unit: str = "none") -> Panel:
    """One number."""
    options = {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "none", "graphMode": "none"}
    return _panel("stat", title, flux, {"unit": unit}, options)


def place(panels: Iterable[tuple[Panel, int, int]]) -> list[Panel]:
    """The panels, each with (width, height), laid out row by row on Grafana's 24 columns, numbered."""
    placed: list[Panel] = []
    x, y, tallest = 0, 0, 0
    for panel, width, height in panels:
        if x + width > 24:
            x, y, tallest = 0, y + tallest, 0
        grid = {"x": x, "y": y, "w": width, "h": height}
        placed.append({"id": len(placed) + 1, **panel, "gridPos": grid})
        x, tallest = x + width, max(tallest, height)
    return placed


def _panel(kind: str, title: str, flux: str, defaults: dict[str, Any], options: dict[str, Any]) -> Panel:
    return {
        "type": kind, "title": title, "datasource": DATASOURCE,
        "targets": [{"refId": "A", "datasource": DATASOURCE, "query": flux}],
        "fieldConfig": {"defaults": defaults, "overrides": []}, "options": options,
    }  # fmt: skip


def _mappings() -> list[dict[str, Any]]:
    texts = {str(int(code)): {"text": quality_name(code), "color": _color(code)} for code in Quality}
    return [{"type": "value", "options": texts}]


def _color(code: int) -> str:
    return "green" if code < 0x40000000 else "yellow" if code < 0x80000000 else "red"
