"""The child process of one FMU as its simulation sees it: an order, an answer within its time, or the cause."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from pathlib import Path
from typing import Any

from connections.child import dying_with_parent
from connections.fmu.archive import unpack
from connections.fmu.plan import Plan
from plant.errors import SolverFailed

STARTED_WITHIN = 20.0
ANSWERED_WITHIN = 3.0
LARGEST_ANSWER = 8_000_000
_KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT", "TMPDIR")
"""Of the environment; nothing with a secret in it."""


class Process:
    """A child with its folder; both go with this object."""

    def __init__(self, content: bytes, plan: Plan) -> None:
        self._folder = tempfile.mkdtemp(prefix="pde-fmu-")
        try:
            unpack(content, Path(self._folder))
            self._child = _spawn(self._folder)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._end = weakref.finalize(self, _end, self._child, self._folder)
        self._rest = b""
        self._begun = False
        self._write(plan.words())

    def ask(self, **order: Any) -> dict[str, Any]:
        """Give an order. Raises SolverFailed with the cause: an error of the FMU, its crash, or its silence."""
        within = ANSWERED_WITHIN if self._begun else STARTED_WITHIN
        self._write(order)
        line = self._line(within)
        self._begun = True
        try:
            answer = json.loads(line)
        except ValueError:
            raise self._failed("gave an answer that is none") from None
        if not isinstance(answer, dict):
            raise self._failed("gave an answer that is none")
        if "error" in answer:
            raise SolverFailed(f"the FMU failed: {answer['error']}")
        return answer

    def _write(self, message: dict[str, Any]) -> None:
        assert self._child.stdin is not None  # noqa: S101 - piped
        try:
            self._child.stdin.write(json.dumps(message).encode() + b"\n")
            self._child.stdin.flush()
        except (OSError, ValueError):
            raise self._failed(self._how()) from None

    def _line(self, within: float) -> bytes:
        assert self._child.stdout is not None  # noqa: S101 - piped
        number, deadline = self._child.stdout.fileno(), time.monotonic() + within
        while b"\n" not in self._rest:
            if len(self._rest) > LARGEST_ANSWER:
                raise self._failed("gave an endless answer")
            if not select.select([number], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise self._failed(f"gave no answer within {within:g} s")
            part = os.read(number, 65_536)
            if not part:
                raise self._failed(self._how())
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _how(self) -> str:
        """How the child ended."""
        try:
            code = self._child.wait(1.0)
        except subprocess.TimeoutExpired:
            return "closed its pipe"
        return f"crashed ({signal.Signals(-code).name})" if code < 0 else f"ended by itself (code {code})"

    def _failed(self, how: str) -> SolverFailed:
        self._end()
        return SolverFailed(f"the FMU {how}")


def _spawn(folder: str) -> "subprocess.Popen[bytes]":
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    command = [sys.executable, "-P", "-m", "connections.fmu.child", folder]
    return subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder,
        env=environment | {"HOME": folder}, preexec_fn=dying_with_parent(),  # noqa: PLW1509 - the kernel call has no other place
    )  # fmt: skip


def _end(child: "subprocess.Popen[bytes]", folder: str) -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    shutil.rmtree(folder, ignore_errors=True)
