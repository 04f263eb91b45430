"""The records on each database: migrated, locked optimistically, numbered without collisions."""

import pkgutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import connections
import connections.own.store
import connections.simulations
import connections.snapshots
import connections.users
from connections.database import METADATA, engine
from connections.migrations import migrate
from connections.record import Record, now
from connections.records import Records
from plant.errors import Duplicate, StaleVersion, Unavailable
from plant.lifecycle import Command, State
from tests.postgres import run_postgres


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        file: Path = tmp_path_factory.mktemp("records") / "records.sqlite"
        migrate(f"sqlite:///{file}")
        yield f"sqlite:///{file}"
    else:
        with run_postgres() as running:
            migrate(running)
            yield running


@pytest.fixture
def records(url: str) -> Iterator[Records]:
    store = Records(url)
    yield store
    for record in store.all():
        store.delete(record.sim_id)
    store.close()


def new(name: str = "first", number: int = 0) -> Record:
    moment = now()
    return Record(
        sim_id="", number=number, model_id="wood-berry", name=name, status=State.PENDING, version=1, epoch=0,
        attempts=0, speed=float("inf"), sample_time=1.0, duration=60.0, seed=7, created_at=moment, updated_at=moment,
        inputs={"reflux_flow": 2.0}, ends_at=moment + timedelta(hours=1),
    )  # fmt: skip


def test_the_migrations_make_exactly_the_declared_tables(url: str) -> None:
    for module in pkgutil.iter_modules(connections.__path__, "connections."):  # every module declares its own tables
        import_module(module.name)
    import_module("connections.own.store")
    migrate(url)
    database = engine(url)
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    database.dispose()


def test_a_record_comes_back_as_it_was(records: Records) -> None:
    created = records.create(new())
    assert records.get(created.sim_id) == created
    assert Record.from_message(created.message()) == created


def test_parallel_starts_get_different_numbers(records: Records) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(records.create, [new(str(i)) for i in range(40)]))
    assert len({record.number for record in made}) == 40


def test_a_chosen_number_is_taken_once(records: Records) -> None:
    records.create(new(number=1001))
    with pytest.raises(Duplicate, match="1001"):
        records.create(new(number=1001))


def test_of_many_parallel_changes_of_one_version_one_wins(records: Records) -> None:
    record = records.create(new())

    def change(index: int) -> bool:
        try:
            records.command(record.sim_id, Command.ENQUEUE if index == -1 else Command.STOP, version=record.version)
        except StaleVersion:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(change, range(20))) == 1
    assert records.get(record.sim_id).status is State.STOPPED


def test_a_report_of_an_old_epoch_changes_nothing(records: Records) -> None:
    record = records.create(replace(new(), status=State.QUEUED, epoch=3))
    assert records.report(record.sim_id, 2, Command.BEGIN) is None
    assert records.get(record.sim_id) == record
    begun = records.report(record.sim_id, 3, Command.BEGIN, worker="w1")
    assert begun is not None
    assert (begun.status, begun.worker, begun.version) == (State.RUNNING, "w1", record.version + 1)


def test_a_database_that_does_not_answer_is_unavailable() -> None:
    store = Records("postgresql+psycopg://pde@127.0.0.1:9/none?connect_timeout=1")
    with pytest.raises(Unavailable, match="database"):
        store.all()
    store.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+nodriver://pde:secret@host/pde", "PDE_DATABASE_URL"),
        ("not a url, secret", "PDE_DATABASE_URL"),
        ("mysql+pymysql://pde:secret@host/pde", "package pymysql"),
    ],
)
def test_a_wrong_database_url_is_told_without_its_password(url: str, words: str) -> None:
    with pytest.raises(Unavailable, match=words) as caught:
        Records(url)
    assert "secret" not in str(caught.value)
