"""The record of alarms: states over a restart, events in order, pages, and nothing of what was deleted."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.historian import events as stored
from connections.historian.events import AlarmRow, Changes, EventRow, Span
from connections.historian.sqlite import SqliteHistorian
from tests.unit.historian.frames import MODELS, SIM, sample

OTHER = "quadruple-tank-2"


@pytest.fixture
def historian(tmp_path: Path) -> Iterator[SqliteHistorian]:
    with SqliteHistorian(tmp_path / "history.sqlite") as opened:
        yield opened


def event(time: int, sim_id: str = SIM, content: str = "{}") -> EventRow:
    return EventRow(time, sim_id, sim_id.rpartition("-")[0], "bottoms_methanol", content)


def times(historian: SqliteHistorian, span: Span, limit: int = 100) -> list[int]:
    return [row.time for row in historian.events(span, limit)]


def test_alarms_and_frames_are_recorded_together(historian: SqliteHistorian, tmp_path: Path) -> None:
    row = AlarmRow(SIM, "bottoms_methanol", "wood-berry", '{"level": 1}')
    changes = Changes({(SIM, row.alarm): row}, [event(5, content='{"a": 1}')])
    assert historian.append([sample(0)], MODELS, "7-0", changes) == 1
    assert historian.append([], {}, "", Changes(events=[event(6)])) == 0
    historian.close()
    with SqliteHistorian(tmp_path / "history.sqlite") as again:
        assert again.alarms() == [row]
        assert again.position() == "7-0"
        assert [(found.time, found.content, found.number) for found in again.events(Span(), 9)] == [
            (5, '{"a": 1}', 1), (6, "{}", 2),
        ]  # fmt: skip


def test_spans(historian: SqliteHistorian) -> None:
    historian.append([], {}, "", Changes(events=[event(t) for t in (10, 20, 30)] + [event(25, OTHER)]))
    assert times(historian, Span()) == [10, 20, 25, 30]
    assert times(historian, Span(20, 30)) == [20, 25]
    assert times(historian, Span(sim_id=SIM, reverse=True)) == [30, 20, 10]
    assert times(historian, Span(model_id="quadruple-tank")) == [25]
    assert times(historian, Span(), 2) == [10, 20]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 5), max_size=30), st.integers(1, 7), st.booleans())
def test_pages_hold_every_event_once(stamps: list[int], size: int, reverse: bool) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(stored.TABLES)
    stored.save(connection, Changes(events=[event(t) for t in stamps]))
    whole = stored.read(connection, Span(reverse=reverse), 1000)
    assert [row.time for row in whole] == sorted(stamps, reverse=reverse)
    pages: list[EventRow] = []
    after = None
    while page := stored.read(connection, Span(reverse=reverse, after=after), size):
        pages += page
        after = page[-1].time, page[-1].number
    connection.close()
    assert pages == whole


def test_what_is_gone_is_gone(historian: SqliteHistorian) -> None:
    rows = {(sim, "a"): AlarmRow(sim, "a", "m", "{}") for sim in (SIM, OTHER)}
    historian.append([], {}, "", Changes(rows, [event(1), event(2, OTHER)]))
    historian.append([], {}, "", Changes(gone=[OTHER]))
    assert [row.sim_id for row in historian.alarms()] == [SIM]
    assert times(historian, Span()) == [1, 2]  # the record of an ended simulation stays
    historian.delete(SIM)
    assert historian.alarms() == []
    assert times(historian, Span()) == [2]


def test_changes_add_up(historian: SqliteHistorian) -> None:
    old, new = (AlarmRow(SIM, "a", "m", text) for text in ("old", "new"))
    first = Changes({(SIM, "a"): old}, [event(1)])
    assert first.followed_by(Changes(gone=[SIM])).states == {}
    assert first.followed_by(Changes({(SIM, "a"): new}, [event(2)])) == Changes({(SIM, "a"): new}, [event(1), event(2)])


def test_the_oldest_are_forgotten(historian: SqliteHistorian, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MOST_EVENTS", 500)
    historian.append([], {}, "", Changes(events=[event(i) for i in range(1000)]))
    assert times(historian, Span(), 9999) == list(range(500, 1000))


def test_a_record_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with SqliteHistorian(path) as made:
        made.append([sample(0)], MODELS, "1-0")
    with sqlite3.connect(path) as old:
        old.executescript("DROP TABLE alarm; DROP TABLE event; PRAGMA user_version = 1")
    old.close()
    with SqliteHistorian(path, read_only=True) as reader:
        assert (reader.alarms(), reader.events(Span(), 9)) == ([], [])
    with SqliteHistorian(path) as upgraded:
        upgraded.append([], {}, "", Changes(events=[event(1)]))
        assert times(upgraded, Span()) == [1]
        assert upgraded.extent(SIM).count == 1
