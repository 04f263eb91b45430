"""How far a long command is: lines where nobody watches, a bar on a terminal, never in what a command prints."""

import os
import pty
import subprocess
import sys

import pytest

from engine_api.commands import progress as module
from engine_api.commands.progress import progress

SIMULATE = [sys.executable, "-m", "engine_api.cli", "simulate", "dc-motor", "--until", "3000", "--every", "10"]


def test_lines_come_now_and_then(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY", 0.0)
    with progress("Points") as told:
        told(25, 100, "wood-berry-1")
        told(1500)
    seen = capsys.readouterr()
    assert seen.err == "Points: 25% wood-berry-1\nPoints: 1500\n"
    assert seen.out == ""


def test_what_is_quick_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Points") as told:
        told(25, 100)
    assert capsys.readouterr().err == ""


def test_a_bar_on_a_terminal_and_the_samples_beside_it() -> None:
    ours, theirs = pty.openpty()
    surroundings = os.environ | {"TERM": "xterm"}
    with subprocess.Popen(SIMULATE, stdout=subprocess.PIPE, stderr=theirs, text=True, env=surroundings) as simulated:
        os.close(theirs)
        samples, _ = simulated.communicate(timeout=60)
    seen = os.read(ours, 65_536).decode()
    os.close(ours)
    assert simulated.returncode == 0
    assert "dc-motor, simulated seconds" in seen
    assert len(samples.splitlines()) == 302
    assert "\x1b" not in samples
