"""Keeps the interpreter's own pauses short: every simulation of a worker and every OPC UA client waits for them."""

import gc
import sys

SWITCH = 0.0005
"""Seconds that another thread may keep the event loop waiting (Python's own default is ten times as much)."""


def shorten() -> None:
    """Leave what was loaded so far to no later collection of garbage: it stays, and looking through it takes 0.1 s."""
    sys.setswitchinterval(SWITCH)
    gc.collect()
    gc.freeze()
