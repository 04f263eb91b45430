"""The Tennessee Eastman process in closed loop, against real time and beside the compiled equations of others.

The published Fortran program is in no package registry. Its C translation by Bathelt, Ricker and Jelali is, in the
Python package tep-studio, which compiles it: `scripts/parts/tep-studio` installs it. Ours is a whole second of the
plant: 19 loops, ten interlocks, the Euler step and 89 outputs. Theirs is an evaluation of the derivatives, and one of
derivatives and measurements, without any loop. `python -m benchmarks.numerics.tennessee_eastman`
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from plant.models.tennessee_eastman import MODEL, process
from plant.models.tennessee_eastman.operating_points import BASE_CASE
from plant.models.tennessee_eastman.tags import NOMINAL_INPUTS
from plant.simulation import Simulation

ROUNDS, STEPS = 5, 40_000
WANTED_TIMES_REAL_TIME = 20_000
SCRIPT = Path(__file__).parents[2] / "scripts" / "parts" / "tep-studio"
CHILD = Path(__file__).with_name("tep_studio.py")


def show(name: str, figure: str) -> None:
    """One line of the table."""
    print(f"{name:<62} {figure}")


@dataclass(frozen=True)
class Peer:
    """Seconds of its two evaluations in each round, and how far its derivatives are from ours (lb-mol/h)."""

    derivatives: list[float]
    step: list[float]
    apart: float


def seconds_per_step(simulation: Simulation) -> float:
    """Of one round."""
    begun = time.perf_counter()
    simulation.advance(STEPS)
    return (time.perf_counter() - begun) / STEPS


def our_rates() -> list[float]:
    """The derivatives at the base case."""
    dx = [0.0] * process.STATES
    u = [*NOMINAL_INPUTS, *(0.0,) * len(MODEL.interlocks)]
    process.rates([*BASE_CASE, *process.start_of_memory(), 0.0], u, dx)
    return dx


def peer() -> Peer | str:
    """One run of theirs, or why there is none."""
    part = subprocess.run([SCRIPT], capture_output=True, text=True, check=False)
    if part.returncode:
        return (part.stderr.strip().splitlines() or ["no reason given"])[-1]
    python = Path(part.stdout.strip()) / "venv" / "bin" / "python"
    point = json.dumps({"states": BASE_CASE, "commands": BASE_CASE[process.POSITION :]})
    done = subprocess.run([python, CHILD], input=point, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    apart = max(abs(a - b) for a, b in zip(answer["rates"], our_rates(), strict=True))
    return Peer(answer["derivatives"], answer["step"], apart)


def compare(ours: float, theirs: Peer) -> None:
    """The lines of the peer."""
    show("C (tep-studio), derivatives at the base case, farthest from ours", f"{theirs.apart:.1e} lb-mol/h")
    for what, seconds in (("derivatives", theirs.derivatives), ("derivatives and measurements", theirs.step)):
        once = median(seconds)
        show(f"C (tep-studio), {what}, no loops", f"{1e6 * once:6.2f} µs   ours takes {ours / once:.2f} of it")


def main() -> int:
    """Print the table; 1 when a promise is not kept."""
    show("machine", f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    quiet, noisy = (Simulation(MODEL, 1.0, {"noise_level": level}, start="closed-loop") for level in (0.0, 1.0))
    rounds = [(seconds_per_step(quiet), seconds_per_step(noisy)) for _ in range(ROUNDS)]
    ours, with_noise = (median(each) for each in zip(*rounds, strict=True))
    show("ours, closed loop, one second of the plant", f"{1e6 * ours:6.2f} µs   {1 / ours:,.0f} x real time")
    show("the same with noise", f"{1e6 * with_noise:6.2f} µs   {1 / with_noise:,.0f} x real time")
    theirs = peer()
    if isinstance(theirs, str):
        show("C (tep-studio)", f"not to be had here: {theirs}")
        return int(1 / ours < WANTED_TIMES_REAL_TIME)
    compare(ours, theirs)
    return int(1 / ours < WANTED_TIMES_REAL_TIME or ours > median(theirs.step))


if __name__ == "__main__":
    sys.exit(main())
