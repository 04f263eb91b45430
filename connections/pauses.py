"""Keeps the interpreter's own pauses short: every simulation of a worker and every OPC UA client waits for them."""

import gc
import sys

SWITCH = 0.0005
"""Seconds that another thread may keep the event loop waiting (Python's own default is ten times as much)."""
COLLECTED = 10_000, 20, 20
"""New objects from which on the youngest are searched for garbage, and how many such searches to one of older ones.

Python's own 700, 10, 10 made a client that asks for thousands of things at once a search of everything that was made
since the start, 0.1 s each time, though next to nothing of it is ever garbage.
"""


def shorten() -> None:
    """Leave what was loaded so far to no later collection of garbage: it stays, and looking through it takes 0.1 s."""
    sys.setswitchinterval(SWITCH)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)
