"""Limits that a process sets for itself before it computes what may go wrong."""

import os
import sys

POLITE = 5
"""By so much it steps back behind processes that keep to their time."""
MOST_FILES = 256


def limit(memory: int) -> None:
    """Take at most `memory` bytes of address space, write no core, give others the processor first.

    Only the soft limits: a child that sets its own ones (an FMU's) still may. Without effect on Windows.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    for kind, most in (
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_NOFILE, MOST_FILES), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    os.nice(POLITE)


def renew_processor_time(seconds: float) -> None:
    """Let the kernel end this process when it computes for so long without asking again."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, hard))
