"""The audit: told without waiting, stored once, found again; what can't be told does not stop the rest."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connections import trail as trails
from connections.audit import DONE, REFUSED, Audit, Entry, Wanted
from connections.bus import connect
from connections.migrations import migrate
from connections.records import Records
from connections.trail import TRAIL, Trail, open_trail
from plant.errors import NotAllowed
from tests.waiting import until_async


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[Audit]:
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    migrate(url)
    with closing(Records(url)) as records:
        yield Audit(records)


def entry(number: int, **facts: object) -> tuple[str, Entry]:
    return f"{number}-0", Entry("write", "eva", "rest", at=number, **facts)  # type: ignore[arg-type]


def test_entries_are_stored_once_in_order(audit: Audit) -> None:
    audit.append([entry(1), entry(2)])
    audit.append([entry(2), entry(3)])
    audit.append([])
    assert [one.at for _, one in audit.find(Wanted())] == [3, 2, 1]
    assert audit.last_place() == "3-0"


def test_entries_are_found_by_what_they_say(audit: Audit) -> None:
    audit.append([
        entry(1, sim_id="a-1", new={"flow": 1.0}), entry(2, sim_id="a-2", outcome=REFUSED, detail="100% of b"),
        entry(3, sim_id="a-1"),
    ])  # fmt: skip

    def found(wanted: Wanted) -> list[int]:
        return [one.at for _, one in audit.find(wanted)]

    assert found(Wanted({"sim_id": "a-1"})) == [3, 1]
    assert found(Wanted({"outcome": REFUSED})) == [2]
    assert found(Wanted(text="100%")) == [2]
    assert found(Wanted(text="_")) == []
    assert found(Wanted(start=2, end=3)) == [2]
    assert found(Wanted(before=audit.find(Wanted(limit=1))[0][0])) == [2, 1]
    assert found(Wanted({"sim_id": "'; DROP TABLE audit; --"})) == []
    assert audit.find(Wanted({"sim_id": "a-1"}))[1][1].new == {"flow": 1.0}


def test_the_oldest_are_forgotten_beyond_a_number(audit: Audit) -> None:
    audit.append([entry(number) for number in range(1, 11)])
    assert audit.keep(4) == 6
    assert [one.at for _, one in audit.find(Wanted())] == [10, 9, 8, 7]


def test_an_attempt_tells_what_was_done_or_why_not() -> None:
    trail = Trail()
    with trail.attempt(Entry("start", "eva", "rest")) as facts:
        facts["sim_id"] = "a-1"
    with pytest.raises(NotAllowed), trail.attempt(Entry("stop", "max", "rest")):
        raise NotAllowed("it is eva's")
    done, refused = trail._waiting
    assert (done.sim_id, done.outcome, done.at > 0) == ("a-1", DONE, True)
    assert (refused.outcome, refused.detail) == (REFUSED, "it is eva's")


async def test_everything_told_reaches_redis_even_what_is_no_json(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        async with open_trail(bus) as trail:
            for new in ({"a": float("nan")}, 2**70, {"x": "y" * 200_000}, object(), [1], {"half a pair \ud800": 1}):
                trail.tell(Entry("write", "eva", "rest", new=new))
            trail.tell(Entry("call", "eva\udcff", "opcua", sim_id="\udc80-1", new={"x": "\udc80"}, detail="no \ud800"))

            async def there() -> bool:
                return bool(await bus.redis.xlen(TRAIL) == 7)

            await until_async(there, "seven entries in Redis")
            trail.tell(Entry("stop", "eva", "rest"))
        told = [json.loads(message[b"m"]) for _, message in await bus.redis.xrange(TRAIL)]
        assert len(told) == 8
        assert (told[6]["user"], told[6]["sim_id"], told[6]["detail"], told[6]["new"]) == ("eva?", "?-1", "no ?", None)


async def test_an_error_beside_the_trail_comes_out_as_it_went_in(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        with pytest.raises(OSError, match="the port is taken"):
            async with open_trail(bus):
                raise OSError("the port is taken")


def test_a_flood_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trails, "MOST_WAITING", 3)
    trail = Trail()
    for _ in range(10):
        trail.tell(Entry("write", "eva", "rest"))
    assert (len(trail._waiting), trail._lost) == (3, 7)


def test_a_flood_of_batches_is_bounded_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trails, "MOST_BYTES", 100)
    trail = Trail()
    for _ in range(10):
        trail.tell_encoded(bytes(40))
    assert (len(trail._waiting), trail._lost) == (3, 7)


async def test_what_was_passed_on_makes_room(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trails, "MOST_BYTES", 100)
    trail = Trail()
    async with connect(redis_url) as bus:
        for _ in range(3):
            trail.tell_encoded(bytes(100))
            await trail.flush(bus)
    assert trail._lost == 0
