"""Requests with a key: one does it, the same one again gets its answer, another one is refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from connections.migrations import migrate
from connections.records import Records
from connections.requests import REQUESTS, Answer, Requests, mark
from plant.errors import InvalidValue, PlantError, WrongState
from tests.unit.connections.test_records import record

ANSWER = Answer(201, {"etag": '"1"'}, b'{"a": 1}')


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    migrate(url)
    store = Records(url)
    yield store
    store.close()


@pytest.fixture
def requests(records: Records) -> Requests:
    return Requests(records)


def test_the_same_answer_again(requests: Requests) -> None:
    assert requests.claim("a", "x") is None
    with pytest.raises(WrongState, match="under way"):
        requests.claim("a", "x")
    requests.answer("a", ANSWER)
    assert requests.claim("a", "x") == ANSWER
    with pytest.raises(InvalidValue, match="another request"):
        requests.claim("a", "y")
    assert requests.claim("b", "y") is None


def test_a_refused_one_may_be_asked_anew_and_a_failed_one_goes_on(requests: Requests, records: Records) -> None:
    requests.claim("a", "x")
    requests.forget("a")
    assert requests.claim("a", "other") is None
    made = records.create(record(), mark("a"))
    requests.release("a")
    assert requests.claim("a", "other") is None
    assert requests.done("a") == made.sim_id


def test_what_is_a_day_old_is_forgotten(requests: Requests, records: Records) -> None:
    for name in "ab":
        requests.claim(name, "x")
        requests.answer(name, ANSWER)
    with records.transaction() as connection:
        old = update(REQUESTS).where(REQUESTS.c.id == "a")
        connection.execute(old.values(created_at=REQUESTS.c.created_at - timedelta(hours=25)))
    requests.prune()
    assert requests.claim("b", "x") == ANSWER
    assert requests.claim("a", "new") is None


def test_of_many_at_once_one_does_it(requests: Requests) -> None:
    def claim(_: int) -> str:
        try:
            return str(requests.claim("a", "x"))
        except PlantError as error:
            return error.wire

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(claim, range(20)))
    assert (answers.count("None"), answers.count("wrong-state")) == (1, 19)
