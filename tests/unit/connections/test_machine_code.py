"""Machine code is compiled once, told as done, asked for again when the sources change, and never without numba."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import plant
from connections import machine_code
from plant.catalog import MODELS
from plant.solvers import acceleration


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stamp of its own."""
    place = tmp_path / "cache" / "stamp"
    monkeypatch.setattr(machine_code, "_stamps", lambda: (place,))
    return place


def test_it_is_complete_when_it_was_compiled(cache):
    told = []
    assert not machine_code.complete()
    machine_code.compile_all(lambda *facts: told.append(facts), processes=1)
    assert machine_code.complete()
    assert {model_id for model_id, _, _ in told} == set(MODELS)
    assert [number for _, number, _ in told] == list(range(1, len(MODELS) + 1))


def test_a_read_only_installation_keeps_its_stamp_elsewhere(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setattr(machine_code, "_stamps", lambda: (blocked / "stamp", tmp_path / "home" / "stamp"))
    machine_code._stamp()
    assert machine_code.complete()


def test_changed_sources_are_compiled_again(monkeypatch, tmp_path):
    monkeypatch.setattr(plant, "__file__", str(tmp_path / "__init__.py"))
    source = tmp_path / "model.py"
    digests = []
    for text in ("x = 1", "x = 2"):
        source.write_text(text)
        machine_code._digest.cache_clear()
        digests.append(machine_code._digest())
    machine_code._digest.cache_clear()
    assert digests[0] != digests[1]


def test_the_stamp_stays_with_numbas_own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert [place.parent for place in machine_code._stamps()] == [tmp_path]


def test_without_numba_there_is_nothing_to_do(cache):
    with acceleration.plain():
        assert machine_code.complete()
        machine_code.compile_all(lambda *_: pytest.fail("nothing is compiled"))
    assert not cache.exists()


def test_ctrl_c_ends_a_compiling_process_at_once():
    command = [sys.executable, "-m", "connections.machine_code", *["wood-berry"] * 10_000]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "wood-berry\n"
        child.send_signal(signal.SIGINT)
        _, words = child.communicate(timeout=20)
    assert (child.returncode, words) == (-signal.SIGINT, ""), "it was not Python that took the time to end it"
