"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dying_with_parent(number: int = signal.SIGTERM) -> Callable[[], None]:
    """For `preexec_fn`: on Linux the kernel ends the child with this signal when its parent ends, however that happens.

    The parent is the thread that starts the child: start it from one that lives as long as the process.
    """
    parent = os.getpid()

    def prepare() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, number)
            if os.getppid() != parent:
                os._exit(1)

    return prepare
