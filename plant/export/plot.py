"""Curves as a small SVG picture: one panel a tag, a shared axis of time."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from plant.export.response import Response
from plant.model import Model

WIDTH, PANEL, LEFT, RIGHT, TOP, BOTTOM, GAP = 720, 120, 90, 40, 48, 34, 26
_UNITS = ((86_400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def picture(model: Model, curves: Response) -> str:
    """The response of a model as an SVG document."""
    divisor, unit = next((d, u) for d, u in _UNITS if curves.seconds[-1] >= 3 * d or d == 1.0)
    height = TOP + len(curves.series) * (PANEL + GAP) - GAP + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="12" role="img" aria-label="{escape(_title(model, curves))}">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14" fill="#1a1a1a">{escape(_title(model, curves))}</text>',
    ]
    for number, (name, values) in enumerate(curves.series.items()):
        symbol = model.tag(name).symbol
        label = f"{name} [{symbol}]" if symbol else name
        parts += _panel(TOP + number * (PANEL + GAP), label, curves.seconds, values)
    parts += _time_axis(height - BOTTOM, curves.seconds[-1] / divisor, unit)
    return "\n".join((*parts, "</svg>", ""))


def _title(model: Model, curves: Response) -> str:
    if not curves.input:
        return f"{model.name}: the batch by itself"
    unit = model.tag(curves.input).symbol
    return f"{model.name}: {curves.input} from {curves.before:.4g} to {curves.after:.4g} {unit}".rstrip()


def _panel(top: int, label: str, seconds: Sequence[float], values: Sequence[float]) -> list[str]:
    low, high = min(values), max(values)
    span = high - low or 1.0
    width, end = WIDTH - LEFT - RIGHT, seconds[-1] or 1.0
    points = " ".join(
        f"{LEFT + width * t / end:.1f},{top + PANEL - PANEL * (v - low) / span:.1f}"
        for t, v in zip(seconds, values, strict=True)
    )
    return [
        f'<rect x="{LEFT}" y="{top}" width="{width}" height="{PANEL}" fill="#f6f7f9" stroke="#9aa3ad"/>',
        f'<text x="{LEFT + 4}" y="{top - 5}" fill="#1a1a1a">{escape(label)}</text>',
        f'<text x="{LEFT - 6}" y="{top + 10}" text-anchor="end" fill="#45505c">{high:.5g}</text>',
        f'<text x="{LEFT - 6}" y="{top + PANEL}" text-anchor="end" fill="#45505c">{low:.5g}</text>',
        f'<polyline points="{points}" fill="none" stroke="#0b5cad" stroke-width="1.8"/>',
    ]


def _time_axis(y: int, end: float, unit: str) -> list[str]:
    width = WIDTH - LEFT - RIGHT
    return [
        f'<text x="{LEFT + width * part / 4:.1f}" y="{y + 18}" text-anchor="middle" fill="#45505c">'
        f"{end * part / 4:.4g}{f' {unit}' if part == 4 else ''}</text>"
        for part in range(5)
    ]
