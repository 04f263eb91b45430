"""The watchdog's judgement: one turn that lasts too long, and nothing else."""

import os
import signal
import subprocess
import sys
import time

from tests.waiting import until
from workers.mark import SIZE, Mark
from workers.watch import Watch
from workers.watchdog import Books, blocked, frozen


def test_a_turn_that_lasts_is_found_and_the_next_one_is_another() -> None:
    mark, long_ago = Mark(bytearray(SIZE)), time.monotonic() - 9.0
    assert not blocked(mark, 1.0, mark.read()), "nobody computes"
    mark.begin(4, long_ago)
    assert blocked(mark, 1.0, (4, long_ago))
    assert not blocked(mark, 60.0, (4, long_ago)), "not yet too long"
    assert not blocked(mark, 1.0, (4, long_ago - 1.0)), "this turn has just been seen for the first time"
    mark.end()
    assert not blocked(mark, 1.0, (4, long_ago))


def test_a_process_that_somebody_stopped_is_not_stuck() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        assert not frozen(child.pid)
        os.kill(child.pid, signal.SIGSTOP)
        until(lambda: frozen(child.pid), "it is stopped")
        child.kill()
    assert not frozen(child.pid), "one that is gone is not frozen"


def test_the_books_follow_what_the_worker_tells() -> None:
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb", buffering=0) as reader, os.fdopen(theirs, "wb", buffering=0) as writer:
        watch, books = Watch(Mark(bytearray(SIZE)), writer), Books()  # type: ignore[arg-type] # unbuffered
        watch.begin(1, "wood-berry-1", 3)
        watch.begin(2, "boiler-2", 1)
        watch.end(1)
        content = reader.read(1000)
        books.take(content[:20])
        books.take(content[20:])
    assert books.hosted == {2: ("boiler-2", 1)}


def test_a_watchdog_that_is_gone_stops_nobody() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "wb", buffering=0) as writer:
        watch = Watch(Mark(bytearray(SIZE)), writer)  # type: ignore[arg-type] # unbuffered
        for number in range(3):
            watch.begin(number, "wood-berry-1", 1)
