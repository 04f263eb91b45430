"""The figures of docs/capacity.md: what was measured for each number of simulations, as a table and as a picture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

FOLDER = Path(__file__).resolve().parents[2] / "docs"
PAGE, PICTURE = FOLDER / "capacity.md", FOLDER / "capacity.svg"
BEGIN, END = "<!-- figures -->", "<!-- end of the figures -->"
PARTS = ("worker", "OPC UA server", "engine", "Redis", "pde up")
GOALS = {
    "cores": 1.2, "memory": 1500.0, "start_all": 60.0, "first_p50": 150.0, "missed": 0.0, "stored_p99": 20.0,
    "delay_p99": 20.0, "effect_p99": 10.0, "per_simulation": 60.0,
}  # fmt: skip
WIDTH, HEIGHT, EDGE = 420, 240, 46


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one size; times in seconds, memory in megabytes, `per_simulation` in kilobytes of the worker.

    `memory_before` is that before the first start, `frames_after` what Redis's stream of frames takes at the end.
    """

    simulations: int
    seconds: int
    samples: int
    missed: int
    start_all: float
    first_p50: float
    stored_p50: float
    stored_p99: float
    delay_p50: float
    delay_p99: float
    effect_p50: float
    effect_p99: float
    cores: Mapping[str, float]
    memory: Mapping[str, float]
    per_simulation: float
    notifications: float
    viewed: float
    memory_before: float
    stop_all: float = 0.0
    memory_after: float = 0.0
    frames_after: float = 0.0

    def with_end(self, stop_all: float, memory_after: float, frames_after: float) -> Self:
        """With what was measured after the end of all simulations."""
        return replace(self, stop_all=stop_all, memory_after=memory_after, frames_after=frames_after)

    @property
    def all_cores(self) -> float:
        """Of every part."""
        return sum(self.cores.values())

    @property
    def all_memory(self) -> float:
        """Of every part."""
        return sum(self.memory.values())

    def line(self) -> str:
        """In short."""
        return (
            f"{self.simulations} simulations: {self.all_cores:.2f} cores, {self.all_memory:.0f} MB, "
            f"{self.missed} of {self.samples} missed, due -> in Redis p50 {1e3 * self.stored_p50:.1f} p99 "
            f"{1e3 * self.stored_p99:.1f} ms, -> received p50 {1e3 * self.delay_p50:.1f} p99 "
            f"{1e3 * self.delay_p99:.1f} ms, started in {self.start_all:.1f} s, first sample "
            f"{1e3 * self.first_p50:.0f} ms, effect p99 {1e3 * self.effect_p99:.1f} ms, "
            f"{self.per_simulation:.1f} kB each, stopped in {self.stop_all:.1f} s, then "
            f"{self.memory_after:.0f} MB ({self.frames_after:.0f} MB frames; {self.memory_before:.0f} MB before)"
        )


def _of(kind: str, part: str) -> Callable[[Figures], float]:
    return lambda figures: float(getattr(figures, kind).get(part, 0.0))


ROWS: Sequence[tuple[str, str, str, Callable[[Figures], float]]] = (
    ("cores, in all", "cores", "{:.2f}", lambda f: f.all_cores),
    *((f"— {part}", "", "{:.2f}", _of("cores", part)) for part in PARTS),
    ("memory, in all (PSS)", "memory", "{:.0f} MB", lambda f: f.all_memory),
    *((f"— {part}", "", "{:.0f} MB", _of("memory", part)) for part in PARTS),
    ("memory of the worker for each simulation", "per_simulation", "{:.1f} kB", lambda f: f.per_simulation),
    ("samples missed", "missed", "{:.0f}", lambda f: f.missed),
    ("samples received", "", "{:.0f}", lambda f: f.samples),
    ("sample due to sample in Redis, p50", "", "{:.1f} ms", lambda f: 1e3 * f.stored_p50),
    ("sample due to sample in Redis, p99", "stored_p99", "{:.1f} ms", lambda f: 1e3 * f.stored_p99),
    ("sample due to sample received, p50", "", "{:.1f} ms", lambda f: 1e3 * f.delay_p50),
    ("sample due to sample received, p99", "delay_p99", "{:.1f} ms", lambda f: 1e3 * f.delay_p99),
    ("start of all of them, to the last first sample", "start_all", "{:.1f} s", lambda f: f.start_all),
    ("start by REST to first sample, p50 (engine idle)", "first_p50", "{:.0f} ms", lambda f: 1e3 * f.first_p50),
    ("OPC UA write answered to in effect, p50", "", "{:.1f} ms", lambda f: 1e3 * f.effect_p50),
    ("OPC UA write answered to in effect, p99", "effect_p99", "{:.1f} ms", lambda f: 1e3 * f.effect_p99),
    ("OPC UA notifications a second", "", "{:.0f}", lambda f: f.notifications),
    ("stop of all of them, until nothing is hosted", "", "{:.1f} s", lambda f: f.stop_all),
    ("memory before the first start", "", "{:.0f} MB", lambda f: f.memory_before),
    ("memory afterwards", "", "{:.0f} MB", lambda f: f.memory_after),
    ("— of that the newest frames, which Redis keeps", "", "{:.0f} MB", lambda f: f.frames_after),
)


def table(found: Sequence[Figures], machine: str) -> str:
    """Markdown, with the goals for the largest size and whether each is met."""
    sizes = " | ".join(f"{each.simulations}" for each in found)
    lines = [
        f"Measured for {found[-1].seconds} s each, on {machine}.", "", f"| simulations | {sizes} | goal | met |",
        "|---|" + "---:|" * (len(found) + 1) + "---|",
    ]  # fmt: skip
    for name, key, shape, of in ROWS:
        goal = GOALS.get(key)
        said = "" if goal is None else shape.format(goal)
        number = float(shape.format(of(found[-1])).split()[0])
        met = "" if goal is None else "yes" if number <= goal else "**no**"
        lines.append(f"| {name} | {' | '.join(shape.format(of(each)) for each in found)} | {said} | {met} |")
    return "\n".join(lines)


def carries(found: Sequence[Figures]) -> str:
    """Markdown: what each part costs for 1,000 simulations more, and how many of them one core of it carries."""
    low, high = found[0], found[-1]
    if low.simulations == high.simulations:
        return ""
    span = (high.simulations - low.simulations) / 1000
    lines = ["| part | cores for 1,000 more | memory for 1,000 more | one core carries |", "|---|---:|---:|---:|"]
    for part in PARTS[:4]:
        cores = (high.cores.get(part, 0.0) - low.cores.get(part, 0.0)) / span
        size = (high.memory.get(part, 0.0) - low.memory.get(part, 0.0)) / span
        far = f"{round(1000 / cores, -2):,.0f} simulations" if cores > 0.01 else "more than was measured"
        lines.append(f"| {part} | {cores:.2f} | {size:.0f} MB | {far} |")
    return "\n".join(lines)


def written(found: Sequence[Figures], machine: str) -> None:
    """Put table and picture into the docs."""
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{table(found, machine)}\n\n{carries(found)}\n{END}{rest.partition(END)[2]}")
    PICTURE.write_text(picture(found))


def picture(found: Sequence[Figures]) -> str:
    """Cores and memory over the number of simulations, as SVG."""
    panels = [
        panel("cores", [(f.simulations, f.all_cores) for f in found], 0),
        panel("memory, MB", [(f.simulations, f.all_memory) for f in found], WIDTH),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {2 * WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{"".join(panels)}</svg>\n'
    )


def panel(title: str, points: Sequence[tuple[float, float]], left: int) -> str:
    """One diagram, both axes from zero."""
    most_x, most_y = max(x for x, _ in points), 1.15 * max(y for _, y in points)
    low, right = HEIGHT - EDGE, WIDTH - 20

    def place(x: float, y: float) -> tuple[float, float]:
        return left + EDGE + x / most_x * (right - EDGE - 20), low - y / most_y * (low - 30)

    spots = [place(x, y) for x, y in points]
    lines = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    marks = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#1f6feb"/>\n' for x, y in spots)
    said = "".join(
        f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">{value:.3g}</text>\n'
        f'<text x="{x:.1f}" y="{low + 16}" text-anchor="middle">{size:g}</text>\n'
        for (x, y), (size, value) in zip(spots, points, strict=True)
    )
    return (
        f'<text x="{left + EDGE}" y="18" font-weight="bold">{title}</text>\n'
        f'<path d="M{left + EDGE},30 V{low} H{left + right}" fill="none" stroke="#888"/>\n'
        f'<polyline points="{lines}" fill="none" stroke="#1f6feb" stroke-width="2"/>\n{marks}{said}'
        f'<text x="{left + WIDTH / 2:.0f}" y="{low + 34}" text-anchor="middle">simulations</text>\n'
    )
