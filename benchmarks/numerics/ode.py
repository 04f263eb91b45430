"""Every model made of differential equations against scipy's LSODA, at our error.

`python -m benchmarks.numerics.ode [model ...]`: 100 points after an input was moved. LSODA gets the compiled right-hand
side or the plain Python one, solves all at once (which no simulation with changing inputs can do) or point by point.
"""

import os
import sys
from statistics import median

import numpy as np

from benchmarks.numerics.clock import ratio, turns
from benchmarks.numerics.lsoda import error, matched
from benchmarks.numerics.problem import POINTS, Problem, problem
from plant.catalog import MODELS
from plant.equations import Equations

WANTED = 10.0
HEADER = (
    f"{'model':<21}{'states':>6}  {'method':<15}{'us/point':>9}{'error':>9} | {'LSODA rtol':>10}{'error':>9} | "
    f"{'at once':>8}{'by point':>9}{'plain':>8}"
)


def row(task: Problem) -> str:
    """Time and error of ours, error of LSODA, and how many times as long it takes in three ways."""
    exact = task.exact()
    scale = np.maximum(np.abs(exact).max(axis=1), 1e-3)
    ours = task.ours()
    mine = error(ours(), exact, scale)
    peer, theirs = matched(task, exact, scale, mine)
    rates, plainly = task.rates(), task.rates(plainly=True)
    took = turns((ours, peer.at_once(rates), peer.step_by_step(rates), peer.at_once(plainly)))
    ratios = [ratio(each, took[0]) for each in took[1:]]
    missed = "" if ratios[0] >= WANTED else f"  below {WANTED:g} at once"
    return (
        f"{task.model.id:<21}{len(scale):>6}  {task.equations.solver.method:<15}"
        f"{median(took[0]) * 1e6 / POINTS:>9.2f}{mine:>9.1e} | {peer.tolerance:>10.0e}{theirs:>9.1e} | "
        f"{ratios[0]:>8.1f}{ratios[1]:>9.1f}{ratios[2]:>8.1f}{missed}"
    )


def main() -> None:
    """Print the table."""
    print(f"{os.cpu_count()} cores; how many times as long LSODA takes at our error, medians")
    print(HEADER)
    for model in MODELS.values():
        if isinstance(model.equations, Equations) and (len(sys.argv) == 1 or model.id in sys.argv[1:]):
            print(row(problem(model, model.equations)), flush=True)


if __name__ == "__main__":
    main()
