"""`python -m connections.fmu.child FOLDER`: runs one FMU and answers one JSON line for each line it reads.

Whatever the FMU prints is thrown away; limits of memory, files and processor time hold for this process alone.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from connections.fmu.instance import Instance, make
from connections.fmu.plan import Plan

MEMORY = 2_000_000_000
LARGEST_FILE = 100_000_000
MOST_FILES = 64
SECONDS_OF_PROCESSOR = 20
"""For one order."""


def main() -> None:
    """Read the plan, then orders, until the parent closes the pipe."""
    folder = Path(sys.argv[1])
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    import fmpy  # noqa: F401, PLC0415 - before the limits

    _limit()
    plan = Plan.from_words(json.loads(orders.readline()))
    run = Run(plan, str(folder))
    for line in orders:
        _renew()
        try:
            answer = run.obey(json.loads(line))
        except Exception as error:  # whatever FMPy raises is told, and the FMU's own trouble is its own
            answer = {"error": f"{type(error).__name__}: {error}"[:500]}
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()
    os._exit(0)  # a library that can't be unloaded must not keep the process


def _limit() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, LARGEST_FILE), (resource.RLIMIT_NOFILE, MOST_FILES),
        (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(kind, (most, most))


def _renew() -> None:
    """Let the processor time of this order begin now."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS_OF_PROCESSOR, resource.RLIM_INFINITY))


class Run:
    """The FMU and the orders it takes."""

    def __init__(self, plan: Plan, folder: str) -> None:
        self._plan, self._folder = plan, folder
        self._instance: Instance | None = None
        self._orders: dict[str, Callable[..., dict[str, Any]]] = {
            "start": self._start, "step": self._step, "save": self._save, "load": self._load,
        }  # fmt: skip

    def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carry an order out; its answer."""
        return self._orders[order.pop("do")](**order)

    def _start(self, values: list[float]) -> dict[str, Any]:
        self._instance = make(self._plan, self._folder)
        self._instance.start(values)
        return {"y": self._instance.get()}

    def _step(self, time: float, step: float, values: list[float]) -> dict[str, Any]:
        instance = self._running()
        instance.set(values)
        instance.step(time, step)
        return {"y": instance.get()}

    def _save(self) -> dict[str, Any]:
        return {"state": self._running().save().hex()}

    def _load(self, values: list[float], state: str) -> dict[str, Any]:
        self._start(values)
        self._running().load(bytes.fromhex(state))
        return {"y": self._running().get()}

    def _running(self) -> Instance:
        if self._instance is None:
            raise RuntimeError("the FMU was not started")
        return self._instance


if __name__ == "__main__":
    main()
