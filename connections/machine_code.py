"""The machine code of the built-in models: compiled once after each installation, never while simulations run."""

import hashlib
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock

import plant
from connections.child import dying_with_parent
from plant import catalog
from plant.errors import SolverFailed
from plant.simulation import Simulation
from plant.solvers import acceleration
from plant.warm_up import warm

Told = Callable[[str, int, int], None]
"""What to do as a model is ready: its id, how many are, of how many."""


def complete() -> bool:
    """Whether nothing needs compiling: it was done for these sources and this numba, or there is no numba."""
    return not acceleration.available() or any(place.is_file() for place in _stamps())


def compile_all(told: Told, processes: int = os.cpu_count() or 1) -> None:
    """Compile what every built-in model needs; models whose code is in the cache take a moment only.

    The parts that all models share come first, then the models side by side. Raises what a model raises.
    """
    if not acceleration.available():
        return
    first, *others = catalog.MODELS
    counted, lock = itertools.count(1), Lock()

    def ready(model_id: str) -> None:
        with lock:
            told(model_id, next(counted), 1 + len(others))

    _compile_in_child([first], ready)
    parts = [others[number::processes] for number in range(processes)]
    with ThreadPoolExecutor(processes) as pool:
        for child in [pool.submit(_compile_in_child, part, ready) for part in parts if part]:
            child.result()
    _stamp()


def _compile_in_child(model_ids: Sequence[str], ready: Callable[[str], None]) -> None:
    """Compile some models in a process of its own, whose memory is free afterwards. Raises SolverFailed."""
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", __name__, *model_ids], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=dying_with_parent(),  # noqa: PLW1509 - the kernel call has no other place
    ) as child:  # fmt: skip
        assert child.stdout is not None  # noqa: S101 - piped
        assert child.stderr is not None  # noqa: S101 - piped
        for line in child.stdout:
            ready(line.strip())
        words = child.stderr.read()
    if child.returncode:
        raise SolverFailed(f"the models could not be compiled: {words.strip()[-2000:]}")


def load() -> None:
    """Read the parts that all models share from the cache, so that the first start waits for little."""
    model = next(iter(catalog.MODELS.values()))
    Simulation(model, model.sample_time).advance()


@cache
def _digest() -> str:
    """What the machine code depends on: the sources, numba, Python and the processor's kind."""
    facts = [version("numba"), version("llvmlite"), sys.version]
    sources: Iterable[Path] = sorted(Path(plant.__file__).parent.rglob("*.py"))
    for source in sources:
        facts.append(hashlib.sha256(source.read_bytes()).hexdigest())
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:24]


def _stamps() -> tuple[Path, ...]:
    """Where the stamp may be: numba's own folder if one is set, beside the sources, or with the user's caches."""
    name = f"machine-code-{_digest()}"
    beside = Path(plant.__file__).parent / "__pycache__" / name
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    given = os.environ.get("NUMBA_CACHE_DIR")
    return (Path(given) / name,) if given else (beside, home / "process-dynamics-engine" / name)


def _stamp() -> None:
    for place in _stamps():
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            for old in place.parent.glob("machine-code-*"):
                old.unlink()
            place.touch()
        except OSError:
            continue
        return


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once, in the middle of the compiler too
    for model_id in sys.argv[1:]:
        warm(catalog.find(model_id))
        print(model_id, flush=True)  # noqa: T201 - what the parent waits for
