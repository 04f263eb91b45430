"""How far a long command is: a bar on a terminal, otherwise a line now and then; always on the error output."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

EVERY = 5.0
"""Seconds between two lines; what takes less time says nothing."""
_REFRESH = 0.1


class Told(Protocol):
    """Hears how far it is, as often as it pleases who does the work."""

    def __call__(self, done: float, total: float | None = None, at: str = "") -> None:
        """`done` of `total`, in whatever unit; `at` is what is worked at."""


@contextmanager
def progress(what: str) -> Iterator[Told]:
    """Something that is told how far `what` is."""
    console = Console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield _Now(_Lines(what), EVERY)
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task(what, total=None)

        def show(done: float, total: float | None = None, at: str = "") -> None:
            bar.update(task, completed=done, total=total, description=f"{what} {at}".strip())

        yield _Now(show, _REFRESH)


@dataclass(slots=True)
class _Now:
    """Tells not oftener than every so many seconds."""

    told: Told
    every: float
    last: float = field(default_factory=monotonic)

    def __call__(self, done: float, total: float | None = None, at: str = "") -> None:
        now = monotonic()
        if now - self.last >= self.every:
            self.last = now
            self.told(done, total, at)


@dataclass(frozen=True, slots=True)
class _Lines:
    what: str

    def __call__(self, done: float, total: float | None = None, at: str = "") -> None:
        far = f"{done / total:.0%}" if total else f"{done:.0f}"
        sys.stderr.write(f"{self.what}: {far} {at}".rstrip() + "\n")
        sys.stderr.flush()
