"""`python -m workers.watchdog`: ends a worker that one simulation blocks, and has all of them started elsewhere.

A step that does not end may hold the whole process, with every thread in it, so it is watched from outside. The first
line of the standard input are facts (JSON: process, file, limit, url, name, machine), each later line a simulation that
came ([number, sim_id, epoch]) or went ([number]). The end of the input is the end of the worker, and of the watchdog:
when a simulation was computing at that instant, the worker died of it, and the others are given back too.
"""

import json
import os
import select
import signal
import time
from dataclasses import dataclass, field
from mmap import PROT_READ, mmap
from pathlib import Path
from typing import Any, NamedTuple

from workers.mark import SIZE, Mark

LOOK = 0.2
_PART = 65_536


@dataclass
class Books:
    """Who is hosted: SimID and epoch by number."""

    hosted: dict[int, tuple[str, int]] = field(default_factory=dict)
    rest: bytes = b""

    def take(self, part: bytes) -> None:
        """Read what the worker wrote."""
        *lines, self.rest = (self.rest + part).split(b"\n")
        for line in lines:
            number, *facts = json.loads(line)
            if facts:
                self.hosted[number] = (facts[0], facts[1])
            else:
                self.hosted.pop(number, None)


class Culprit(NamedTuple):
    """The number of the simulation of which a worker died or has to die (0: of none), and whether it is stuck."""

    number: int
    stuck: bool


def blocked(mark: Mark, limit: float, before: tuple[int, float]) -> bool:
    """Whether the turn seen `before` still lasts and has taken longer than `limit`."""
    number, since = mark.read()
    return number != 0 and (number, since) == before and time.monotonic() - since > limit


def frozen(process: int) -> bool:
    """Whether somebody stopped the process (SIGSTOP, a debugger): then nothing computes."""
    try:
        words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return words[0] in "Tt"


def watch(facts: dict[str, Any], mark: Mark, books: Books) -> Culprit:
    """Returns when the worker has ended, or has to."""
    process, before = int(facts["process"]), mark.read()
    while True:
        if select.select([0], [], [], LOOK)[0]:
            part = os.read(0, _PART)
            if not part:
                return Culprit(mark.read()[0], stuck=False)
            books.take(part)
        if frozen(process):
            before = (0, 0.0)
        elif blocked(mark, facts["limit"], before):
            return Culprit(before[0], stuck=True)
        else:
            before = mark.read()


def main() -> None:
    """Watch until the worker ends; end it, and tell, if it must be."""
    for number in (signal.SIGINT, signal.SIGTERM):  # it ends with its worker
        signal.signal(number, signal.SIG_IGN)
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(0, 1)
    facts, books = json.loads(line), Books()
    mark = Mark(mmap(facts["file"], SIZE, prot=PROT_READ))
    culprit = watch(facts, mark, books)
    if culprit.number in books.hosted:
        if os.getppid() == facts["process"]:
            os.kill(facts["process"], signal.SIGKILL)
        from workers.replacing import replace  # noqa: PLC0415 - what costs memory is needed now only

        replace(facts, books.hosted, *culprit)


if __name__ == "__main__":
    main()
