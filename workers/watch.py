"""The worker's side of its watchdog: who is hosted, told over a pipe, and the mark of whose turn it is."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from mmap import mmap
from tempfile import TemporaryFile
from typing import BinaryIO

from workers.keeper import Identity
from workers.mark import SIZE, Mark


class Watch:
    """Keeps the watchdog's books; without a pipe nobody watches. `alive()` says whether somebody does."""

    def __init__(self, mark: Mark, pipe: BinaryIO | None = None, alive: Callable[[], bool] = lambda: False) -> None:
        self.mark, self._pipe, self.alive = mark, pipe, alive
        self._hosted: set[int] = set()

    def begin(self, number: int, sim_id: str, epoch: int) -> None:
        """This simulation is hosted from now on."""
        self._hosted.add(number)
        self._tell([number, sim_id, epoch])

    def end(self, number: int) -> None:
        """It is hosted no more."""
        self._hosted.discard(number)
        self._tell([number])

    def end_all(self) -> None:
        """Nothing is hosted any more, whatever still computes."""
        for number in list(self._hosted):
            self.end(number)

    def _tell(self, facts: list[int | str]) -> None:
        if self._pipe is None:
            return
        try:
            self._pipe.write(json.dumps(facts).encode() + b"\n")
        except OSError:  # the watchdog is gone, or frozen with a full pipe: the simulations go on without it
            self._pipe = None


@contextmanager
def watched(identity: Identity, redis_url: str, limit: float) -> Iterator[Watch]:
    """A watchdog over this process: it ends it when one turn takes longer than `limit` seconds."""
    if sys.platform == "win32":  # no descriptors are handed on there
        yield Watch(Mark(bytearray(SIZE)))
        return
    with TemporaryFile() as file:
        file.truncate(SIZE)
        number = file.fileno()
        facts = {"process": os.getpid(), "file": number, "limit": limit, "url": redis_url, **asdict(identity)}
        child = subprocess.Popen(
            [sys.executable, "-m", "workers.watchdog"], stdin=subprocess.PIPE, pass_fds=[number],
            start_new_session=True, bufsize=0,
        )  # fmt: skip
        assert child.stdin is not None  # noqa: S101 - piped
        child.stdin.write(json.dumps(facts).encode() + b"\n")
        os.set_blocking(child.stdin.fileno(), False)
        try:
            yield Watch(Mark(mmap(number, SIZE)), child.stdin, lambda: child.poll() is None)  # type: ignore[arg-type] # unbuffered
        finally:
            child.stdin.close()
            child.wait()
