"""Figures of one worker process: start to first sample, N simulations at 1 Hz, memory, action to applied.

`python -m benchmarks.engine.workers [--simulations N] [--seconds S]`; every figure comes from real processes.
"""

import argparse
import asyncio
import os
import sys
import time
from dataclasses import dataclass
from statistics import median

import numpy as np

from benchmarks.engine.bench import Bench, open_bench
from plant import catalog
from plant.frames import Frame, Kind

STARTS, ACTIONS, ROUNDS = 20, 300, 3
SETTLED = 3.0
MODELS = tuple(catalog.MODELS.values())


def show(name: str, figure: str) -> None:
    """One line of the table."""
    print(f"{name:<54} {figure}")


def show_times(name: str, seconds: list[float]) -> None:
    """One line of a distribution."""
    p50, p99, most = np.percentile(np.asarray(seconds) * 1e3, [50, 99, 100])
    show(name, f"p50 {p50:7.2f} ms   p99 {p99:7.2f} ms   max {most:7.2f} ms   n {len(seconds)}")


async def starts(bench: Bench) -> None:
    """From the queue to the first sample in a receiver's hands."""
    took = []
    for number in range(STARTS):
        asked = time.time_ns()
        bench.start(f"start-{number}", MODELS[number % len(MODELS)].id)
        took.append((await bench.watch.first(f"start-{number}") - asked) / 1e9)
        await bench.stop(f"start-{number}")
    show_times("job queued -> first sample received", took)


async def actions(bench: Bench, names: list[str], seconds: float) -> list[float]:
    """From the appended action to its echo in a receiver's hands."""
    took = []
    for number in range(ACTIONS):
        place = number % len(names)
        tag = next(tag for tag in MODELS[place % len(MODELS)].tags if tag.writable)
        asked = time.time_ns()
        action = await bench.act(names[place], **{tag.name: tag.nominal})
        took.append((await bench.watch.first(names[place], action) - asked) / 1e9)
        await asyncio.sleep(seconds / ACTIONS)
    return took


async def many(bench: Bench, count: int, seconds: float) -> None:
    """Many simulations at 1 Hz: memory, missed samples, delays; medians of ROUNDS."""
    names = [f"many-{number}" for number in range(count)]
    await asyncio.sleep(SETTLED)
    before = bench.memory
    for number, name in enumerate(names):
        bench.start(name, MODELS[number % len(MODELS)].id)
    for name in names:
        await bench.watch.first(name)
    await asyncio.sleep(SETTLED)
    show(f"memory of the worker with 0 / {count}", f"{before / 1e6:.1f} / {bench.memory / 1e6:.1f} MB")
    show("memory of one simulation", f"{(bench.memory - before) / count / 1e3:.1f} kB")
    rounds = [await measure(bench, names, seconds / ROUNDS) for _ in range(ROUNDS)]
    show_rounds(rounds)
    show("memory of the worker at the end", f"{bench.memory / 1e6:.1f} MB")


@dataclass(frozen=True)
class Round:
    """What one round measured; load in cores, times in seconds."""

    load: float
    actions: list[float]
    delays: list[float]
    missed: int
    late: float


def show_rounds(rounds: list[Round]) -> None:
    """The median of the rounds, figure by figure."""
    samples = sum(len(each.delays) for each in rounds)
    missed, late = sum(each.missed for each in rounds), rounds[-1].late
    show("samples / missed / late", f"{samples} / {missed} / {late:g}")
    show("processor time of the worker", f"{100 * median(each.load for each in rounds):.1f} % of one core")
    show_medians("action appended -> echo of the value received", [each.actions for each in rounds])
    show_medians("sample due -> received", [each.delays for each in rounds])


def show_medians(name: str, rounds: list[list[float]]) -> None:
    """One line: the median over the rounds of each percentile."""
    figures = np.median([np.percentile(np.asarray(each) * 1e3, [50, 99, 100]) for each in rounds], axis=0)
    p50, p99, most = figures
    show(name, f"p50 {p50:7.2f} ms   p99 {p99:7.2f} ms   max {most:7.2f} ms   of {len(rounds)} rounds")


async def measure(bench: Bench, names: list[str], seconds: float) -> Round:
    """One round."""
    begun, computed, first = time.monotonic(), bench.processor_time, len(bench.watch.frames)
    took = await actions(bench, names, seconds)
    load = (bench.processor_time - computed) / (time.monotonic() - begun)
    return Round(load, took, *samples(bench.watch.frames[first:], names))


def samples(frames: list[tuple[int, Frame]], names: list[str]) -> tuple[list[float], int, float]:
    """Delays of the samples behind their due times, ticks that are missing, steps counted as late."""
    ticks: dict[str, list[int]] = {name: [] for name in names}
    delays = []
    for when, frame in frames:
        if frame.kind is Kind.SAMPLE and frame.sim_id in ticks:
            ticks[frame.sim_id].append(frame.tick)
            delays.append((when - frame.wall_time) / 1e9)
    missed = sum(int(np.sum(np.diff(each) - 1)) for each in ticks.values())
    return delays, missed, sum({frame.sim_id: frame.overruns for _, frame in frames}.values())


async def main(count: int, seconds: float) -> None:
    """Print the table."""
    show("machine", f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    async with open_bench() as bench:
        await starts(bench)
        await many(bench, count, seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    asyncio.run(main(options.simulations, options.seconds))
