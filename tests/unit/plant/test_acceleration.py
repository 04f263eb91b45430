"""Compiled functions: equal to the plain ones, and never yesterday's machine code."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from plant.solvers.acceleration import THREE_VECTORS, available, compiled, plain, switch

FACTOR = 3.0


def scaled(value: float) -> float:
    return FACTOR * value


def rates(x, u, dx):
    for i in range(len(x)):
        dx[i] = scaled(x[i]) + u[0]


def answer(call) -> list[float]:
    dx = np.zeros(2)
    call(np.array([1.0, 2.0]), np.array([0.5]), dx)
    return dx.tolist()


def test_it_calls_what_the_plain_function_calls():
    fast = compiled(rates, THREE_VECTORS)
    assert available()
    assert isinstance(fast.code, int)
    assert answer(fast.call) == answer(rates) == [3.5, 6.5]


def test_plain_is_the_function_itself():
    with plain():
        assert not available()
        assert compiled(rates, THREE_VECTORS).code is rates
    assert available()


def test_it_can_be_switched_off_for_a_process():
    switch(False)
    try:
        assert not available()
    finally:
        switch(True)


PART = "FACTOR = {factor}\n\ndef scaled(value):\n    return FACTOR * value + {offset}\n"
WHOLE = "from part import scaled\n\ndef rates(x, u, dx):\n    dx[0] = scaled(x[0])\n"
RUN = """
import sys, numpy
from plant.solvers.acceleration import THREE_VECTORS, compiled
from whole import rates
dx = numpy.zeros(1)
compiled(rates, THREE_VECTORS).call(numpy.ones(1), numpy.ones(1), dx)
print(dx[0])
"""


@pytest.mark.parametrize("changed", [(2.0, 0.0), (1.0, 5.0)], ids=["a constant", "a function"])
def test_a_change_in_another_file_is_seen(tmp_path: Path, changed: tuple[float, float]):
    """The cache on disk of the calling function does not hide what the called one or its constants have become."""
    (tmp_path / "whole.py").write_text(WHOLE)
    answers = []
    for factor, offset in ((1.0, 0.0), (1.0, 0.0), changed):
        (tmp_path / "part.py").write_text(PART.format(factor=factor, offset=offset))
        command = [sys.executable, "-B", "-c", RUN]
        root = Path(__file__).parents[3]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=tmp_path,
            env={"PYTHONPATH": f"{tmp_path}:{root}", "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PATH": ""},
        )  # fmt: skip
        answers.append(float(done.stdout))
    assert answers == [1.0, 1.0, changed[0] + changed[1]]
