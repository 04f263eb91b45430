"""What one step of a simulation costs: the same after a million steps; and linear models against bare matrices.

`python -m benchmarks.numerics.steps`. The bare peer is x = phi x + gamma u, y = c x + d u with matrices of the model's
sizes: in numpy, and as a compiled loop without any other work.
"""

import os
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from benchmarks.numerics.clock import ratio, turns
from plant.catalog import MODELS
from plant.dynamics import Vector
from plant.model import Model
from plant.simulation import Simulation
from plant.solvers.acceleration import call_advance, call_measure, compiled

MILLION, CHUNK = 1_000_000, 20_000
LONG = ("wood-berry", "quadruple-tank", "evaporator", "drum-boiler")
LINEAR = ("wood-berry", "shell-hof", "dc-motor")
_W, _N = "int64[::1]", "float64[::1]"
_REPEAT = f"void({_W}, {_N}, {_N}, {_N}, float64, {_W}, {_N}, int64)"
_BARE = f"void({_N}, {_N}, {_N}, {_N}, {_N}, int64)"


def flat(model: Model) -> str:
    """The median cost of a step at the beginning and at the end of a million steps."""
    simulation = Simulation(model, model.sample_time)
    tag = next(tag for tag in model.own_tags if tag.writable)
    simulation.set(tag.name, tag.nominal + 0.01 * (tag.high - tag.low))
    costs = []
    for _ in range(MILLION // CHUNK):
        began = process_time()
        simulation.advance(CHUNK)
        costs.append((process_time() - began) / CHUNK * 1e6)
    tenth = len(costs) // 10
    first, last = median(costs[:tenth]), median(costs[-tenth:])
    return f"{model.id:<21}{first:>10.3f}{last:>10.3f}{last / first:>8.2f}   at step {simulation.tick}"


def repeat(codes: Any, x: Any, u: Any, y: Any, step: float, whole: Any, numbers: Any, count: int) -> None:
    """Equations and outputs alone, `count` steps."""
    for _ in range(count):
        call_advance(codes[0], codes, x, u, step, whole, numbers)
        call_measure(codes[1], codes, x, u, y, whole, numbers)


def bare(matrix: Any, x: Any, both: Any, y: Any, c: Any, count: int) -> None:
    """x = [phi gamma] [x u] and y = [c d] [x u], `count` times; `both` is [x u]."""
    n, width, p = len(x), len(both), len(y)
    for _ in range(count):
        for i in range(n):
            total = 0.0
            for j in range(width):
                total += matrix[i * width + j] * both[j]
            x[i] = total
        for i in range(n):
            both[i] = x[i]
        for i in range(p):
            total = 0.0
            for j in range(width):
                total += c[i * width + j] * both[j]
            y[i] = total


def linear(model: Model) -> str:
    """Equations alone and the whole step (loops, interlocks, readings) against the bare product."""
    step = min(model.sample_time, model.longest_step)
    dynamics = model.equations.build(step / model.seconds_per_unit)
    states, taps, outputs = int(dynamics.whole[0]), int(dynamics.whole[2]), int(dynamics.whole[3])
    nominal = [model.tags[i].nominal for i in model.input_indices]
    u = np.array([*nominal, *(0.0 for _ in model.interlocks)], np.float64)
    count = 1000
    took = turns(
        (_equations(dynamics, u, outputs, step / model.seconds_per_unit, count), _whole(model, step, count),
         _numpy(states, taps, outputs), _compiled(states, taps, outputs, count)),
    )  # fmt: skip
    ours, whole = [t / count for t in took[0]], [t / count for t in took[1]]
    product, loop = took[2], [t / count for t in took[3]]
    times = "".join(f"{median(each) * 1e9:>9.0f}" for each in (ours, whole, product, loop))
    return f"{model.id:<21}{states:>4} x {taps:<4}{times} | {ratio(ours, product):>8.2f}{ratio(ours, loop):>9.2f}"


def _equations(dynamics: Any, u: Vector, outputs: int, step: float, count: int) -> Callable[[], object]:
    x, y = np.zeros(dynamics.size), np.zeros(outputs)
    dynamics.start(x, u, None)
    call, codes = compiled(repeat, _REPEAT).call, dynamics.codes(fast=True)
    return lambda: call(codes, x, u, y, step, dynamics.whole, dynamics.numbers, count)


def _whole(model: Model, step: float, count: int) -> Callable[[], object]:
    simulation = Simulation(model, max(step, 0.05))
    return lambda: simulation.advance(count)


def _numpy(n: int, m: int, p: int) -> Callable[[], object]:
    random = np.random.default_rng(0)
    phi, gamma = 0.1 * random.normal(size=(n, n)), random.normal(size=(n, m))
    c, d, x, u = random.normal(size=(p, n)), random.normal(size=(p, m)), np.zeros(n), random.normal(size=m)

    def move() -> Vector:
        x[:] = phi @ x + gamma @ u
        return c @ x + d @ u

    return move


def _compiled(n: int, m: int, p: int, count: int) -> Callable[[], object]:
    random = np.random.default_rng(0)
    matrix, c = 0.1 * random.normal(size=n * (n + m)), random.normal(size=p * (n + m))
    x, both, y = np.zeros(n), random.normal(size=n + m), np.zeros(p)
    call = compiled(bare, _BARE).call
    return lambda: call(matrix, x, both, y, c, count)


def main() -> None:
    """Print both tables."""
    print(f"{os.cpu_count()} cores; microseconds of a step at the beginning and the end of a million steps")
    print(f"{'model':<21}{'first':>10}{'last':>10}{'ratio':>8}")
    for name in LONG:
        print(flat(MODELS[name]), flush=True)
    print("\nlinear models; nanoseconds of a step, and ours in times of the bare product")
    heads = "".join(f"{head:>9}" for head in ("ours", "whole", "numpy", "compiled"))
    print(f"{'model':<21}{'states, taps':<11}{heads} | {'numpy':>8}{'compiled':>9}")
    for name in LINEAR:
        print(linear(MODELS[name]), flush=True)


if __name__ == "__main__":
    main()
