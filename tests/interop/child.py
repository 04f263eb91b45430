"""A foreign program as a child process: its output in a file, ended by SIGTERM, killed only if that is ignored."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

END_WITHIN = 10.0
TRIES = 3
"""Telegraf loses a SIGTERM that comes while it reloads its configuration, so it may need a second one."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running program and the file that its output goes to."""

    process: subprocess.Popen[bytes]
    log: Path

    def running(self) -> bool:
        """Say whether it still runs; fail with the end of its output if it does not."""
        code = self.process.poll()
        assert code is None, f"{self.log.stem} ended by itself with {code}:\n{self.output()[-2000:]}"
        return True

    def output(self) -> str:
        """Return what it has written so far."""
        return self.log.read_text(errors="replace")


@contextmanager
def run_child(
    command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Child]:
    """Run `command` in the folder of its log file for as long as the context lasts."""
    with (
        log.open("ab") as output,
        subprocess.Popen(
            command, cwd=log.parent, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        ) as process,
    ):
        try:
            yield Child(process, log)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for _ in range(TRIES):
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_WITHIN)
            return
    process.kill()
    raise subprocess.TimeoutExpired(process.args, TRIES * END_WITHIN)
