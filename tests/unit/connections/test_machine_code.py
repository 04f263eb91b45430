"""Machine code is compiled once, told as done, asked for again when the sources change, and never without numba."""

import os
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


def test_changed_sources_are_compiled_again():
    machine_code._digest.cache_clear()
    before, source = machine_code._digest(), Path(plant.__file__)
    facts = source.stat()
    try:
        os.utime(source, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1_000_000_000))
        machine_code._digest.cache_clear()
        assert machine_code._digest() != before
    finally:
        os.utime(source, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        machine_code._digest.cache_clear()


def test_without_numba_there_is_nothing_to_do(cache):
    with acceleration.plain():
        assert machine_code.complete()
        machine_code.compile_all(lambda *_: pytest.fail("nothing is compiled"))
    assert not cache.exists()
