"""Snapshots in SQL: names taken once, backtracks in a ring, shots on their way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connections.checkpoint import Checkpoint
from connections.checkpoints import Copy
from connections.migrations import migrate
from connections.records import Records
from connections.settings import LifeSettings
from connections.shot import Shot
from connections.snapshots import MOST_NAMED, Snapshot, SnapshotKind, Snapshots, snapshot_of
from engine_api import snapshots
from engine_api.snapshots import Backtracks
from plant.errors import DamagedSnapshot, Duplicate, NoCapacity, UnknownName

SIM = "wood-berry-1"
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Snapshots]:
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    migrate(url)
    records = Records(url)
    yield Snapshots(records)
    records.close()


def content(tick: int = 10) -> bytes:
    return Checkpoint(1, tick, 0, 5, 1, 1, None, False, 0, 0, float(tick), snapshot=b"state").encode()


def named(name: str, minutes: int = 0, kind: SnapshotKind = SnapshotKind.NAMED) -> Snapshot:
    return Snapshot(SIM, name, kind, "engineer", BEGAN + timedelta(minutes=minutes), 10.0 * minutes, minutes)


def test_a_name_is_taken_once_and_free_again_when_removed(store: Snapshots) -> None:
    store.add(named("a"), content())
    with pytest.raises(Duplicate, match="has a snapshot 'a' already"):
        store.add(named("a", 1), content())
    assert store.get(SIM, "a") == (named("a"), Checkpoint.decode(content()))
    assert (store.has(SIM, "a"), store.has(SIM, "b"), store.has("other-1", "a")) == (True, False, False)
    store.remove(SIM, "a")
    for missing in (lambda: store.get(SIM, "a"), lambda: store.remove(SIM, "a")):
        with pytest.raises(UnknownName, match="no snapshot 'a'"):
            missing()


def test_so_many_names_are_enough(store: Snapshots) -> None:
    for number in range(MOST_NAMED):
        store.add(named(f"s{number}"), content())
    with pytest.raises(NoCapacity, match="delete one"):
        store.add(named("one-more"), content())


def test_backtracks_are_a_ring_beside_the_named_ones(store: Snapshots) -> None:
    store.add(named("mine"), content())
    for minute in range(7):
        store.add_backtracks([(named(f"auto-{minute}", minute, SnapshotKind.BACKTRACK), content(minute))], 3)
    assert [each.name for each in store.of(SIM)] == ["mine", "auto-4", "auto-5", "auto-6"]
    assert store.last_backtracks() == {SIM: BEGAN + timedelta(minutes=6)}
    store.forget([SIM])
    assert store.of(SIM) == []


def test_a_shot_tells_what_it_is() -> None:
    shot = Shot(SIM, "here", "engineer", 4, int(BEGAN.timestamp() * 1e9), content(30))
    assert Shot.decode(shot.encode()) == shot
    assert snapshot_of(shot) == Snapshot(SIM, "here", SnapshotKind.NAMED, "engineer", BEGAN, 30.0, 30)
    with pytest.raises(DamagedSnapshot, match="another version"):
        Shot.decode(b"{}\nrest")


async def test_a_backtrack_is_kept_when_it_is_due_and_something_has_moved(
    store: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = BEGAN
    monkeypatch.setattr(snapshots, "now", lambda: clock)
    life = LifeSettings(backtrack=60.0, backtracks=5)

    def copies(*ticks: int) -> list[Copy]:
        return [Copy(f"wood-berry-{n}", Checkpoint.decode(content(t)), content(t)) for n, t in enumerate(ticks)]

    backtracks = Backtracks(store, life)
    assert await backtracks.keep(copies(1, 1)) == 2
    assert await backtracks.keep(copies(2, 2)) == 0, "a minute has not passed"
    clock += timedelta(seconds=61)
    assert await backtracks.keep(copies(70, 1)) == 1, "the second one is paused"
    assert [each.tick for each in store.of("wood-berry-0")] == [1, 70]
    again = Backtracks(store, life)
    assert await again.keep(copies(80, 80)) == 1, "a new engine knows when the last ones were taken"
    assert await Backtracks(store, LifeSettings(backtracks=0)).keep(copies(99, 99)) == 0


async def test_the_newest_that_is_early_enough_is_found(store: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "now", lambda: BEGAN + timedelta(minutes=10))
    for minute in (1, 2, 3):
        store.add(named(f"s{minute}", minute), content())
    record = type("Record", (), {"sim_id": SIM})()
    assert (await snapshots.before(store, record, 25.0, None)).name == "s2"
    assert (await snapshots.before(store, record, None, 7.5 * 60)).name == "s2"
    with pytest.raises(UnknownName, match="so early"):
        await snapshots.before(store, record, 5.0, None)
