"""A simulation in a process of its own, as its worker sees it: started, listened to, ended when it is silent."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from threading import Thread
from typing import Any

from connections.child import dying_with_parent
from connections.queue import Assignment
from workers.keeper import Identity
from workers.usage import Usage

BEGUN_WITHIN = 60.0
"""Seconds for a child to start, build its model and say so."""
LOOK = 0.5
_SIGKILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class Ward:
    """One child. `told(ward, message)` is called in a thread of its own, the last time with its end:

    a message of the child (see workers.isolated), or {"kind": "stuck", "cause"} or {"kind": "died", "cause"}.
    `waiting(ward)` is called now and then until the child hosts.
    """

    def __init__(
        self, assignment: Assignment, silence: float, told: Callable[["Ward", dict[str, Any]], None],
        waiting: Callable[["Ward"], None],
    ) -> None:  # fmt: skip
        self.assignment, self.usage = assignment, Usage()
        self._silence, self._told, self._waiting = silence, told, waiting
        self._hosting, self._rest = False, b""
        self._thread = Thread(target=self._watch, name=f"ward {assignment.sim_id}", daemon=True)

    def start(self, identity: Identity, redis_url: str) -> None:
        """Start the child; from the main thread, with which it dies."""
        self._child = subprocess.Popen(
            [sys.executable, "-m", "workers.isolated"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=os.environ | {"PDE_REDIS_URL": redis_url}, start_new_session=True,
            preexec_fn=dying_with_parent(_SIGKILL),  # noqa: PLW1509 - the kernel call has no other place
        )  # fmt: skip
        self._say({"assignment": asdict(self.assignment), **asdict(identity)})
        self._thread.start()

    @property
    def number(self) -> int:
        """Its place in the books of the watchdog, below those of the simulations that the worker hosts itself."""
        return -self._child.pid

    def stop(self, cause: str) -> None:
        """End the simulation, with its last frame."""
        self._say({"stop": cause})

    def leave(self) -> None:
        """Let it checkpoint and release, then end."""
        self._say({"leave": True})

    def join(self, timeout: float) -> bool:
        """Wait for its end; whether it has ended and that is told."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def kill(self) -> None:
        """End it as it is."""
        self._child.kill()

    def _say(self, message: dict[str, Any]) -> None:
        assert self._child.stdin is not None  # noqa: S101 - piped
        with suppress(OSError):  # it has ended; the watching thread tells
            self._child.stdin.write(json.dumps(message).encode() + b"\n")
            self._child.stdin.flush()

    def _watch(self) -> None:
        last = None
        while (message := self._next()) is not None:
            match message["kind"]:
                case "alive":
                    self.usage = Usage(message["memory"], message["cpu"])
                case "hosting":
                    self._hosting = True
                case _:
                    last = message
        self._child.kill()
        code = self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._told(self, last or {"kind": "died", "cause": _how(code)})

    def _next(self) -> dict[str, Any] | None:
        """The next message; None when there are no more."""
        assert self._child.stdout is not None  # noqa: S101 - piped
        number, heard = self._child.stdout.fileno(), time.monotonic()
        while b"\n" not in self._rest:
            if select.select([number], [], [], LOOK)[0]:
                part = os.read(number, 65_536)
                if not part:
                    return None
                self._rest += part
            elif (silent := time.monotonic() - heard) > (self._silence if self._hosting else BEGUN_WITHIN):
                self._child.kill()
                return {"kind": "stuck", "cause": f"it computed for {silent:.0f} s without an answer"}
            elif not self._hosting:
                self._waiting(self)
        line, _, self._rest = self._rest.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message


def _how(code: int) -> str:
    if code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended by itself (code {code})"
