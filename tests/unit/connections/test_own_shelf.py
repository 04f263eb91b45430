"""Uploaded models in the database and in Redis: what is put there is what every process offers."""

import json

import pytest
from redis import Redis

from connections.migrations import migrate
from connections.own import shelf
from connections.own.definition import Definition, Kind, accept
from connections.own.registry import _known, follow_store, offer
from connections.own.store import ModelStore
from plant import catalog
from plant.errors import InvalidValue, Unavailable, UnknownName


def document(model_id: str, name: str = "Small") -> bytes:
    tags = [
        {"name": "valve", "role": "input", "unit": "%", "low": 0, "high": 100, "nominal": 50},
        {"name": "flow", "role": "output", "unit": "kg/s", "low": 0, "high": 10, "nominal": 5},
    ]
    paths = [{"from": "valve", "to": "flow", "gain": 0.1, "time_constants": 4}]
    return json.dumps(
        {"id": model_id, "name": name, "description": "One lag", "tags": tags, "transfer_functions": paths}
    ).encode()


def definition(model_id: str, name: str = "Small", retired: bool = False) -> Definition:
    return Definition(model_id, Kind.DOCUMENT, document(model_id, name), retired)


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog._CATALOGUE, "_models", catalog.BUILT_IN)
    monkeypatch.setattr(catalog, "_RETIRED", {})
    _known.clear()


def test_what_is_kept_comes_back(tmp_path):
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    migrate(url)
    store = ModelStore(url)
    store.put(definition("b"))
    store.put(definition("a"))
    store.put(definition("a", "Second"))
    assert store.all() == [definition("a", "Second"), definition("b")]
    store.remove("a")
    store.put(definition("b", retired=True))
    assert store.all() == [definition("b", retired=True)]
    store.close()


def test_a_database_that_is_away_is_told(tmp_path):
    store = ModelStore(f"sqlite:///{tmp_path / 'no' / 'such.sqlite'}")
    with pytest.raises(Unavailable):
        store.all()
    store.close()


def test_a_worker_learns_models_and_new_versions_from_redis_alone(redis_url):
    with Redis.from_url(redis_url) as redis:
        assert shelf.fill(redis, [definition("small"), definition("gone", retired=True)])
        assert not shelf.fill(redis, [definition("small"), definition("gone", retired=True)])
        shelf.fetch(redis, "small")
        assert catalog.offered("small").name == "Small"
        assert shelf.fill(redis, [definition("small", "Second")])
        shelf.fetch(redis, "small")
        assert catalog.offered("small").name == "Second"
        shelf.fetch(redis, "wood-berry")
        shelf.fetch(redis, "gone")
        with pytest.raises(UnknownName):
            catalog.find("gone")


def test_what_redis_lost_is_filled_in_again(redis_url):
    with Redis.from_url(redis_url) as redis:
        shelf.fill(redis, [definition("small")])
        redis.delete(shelf.content_key(definition("small").digest))
        assert shelf.fill(redis, [definition("small")])
        shelf.fetch(redis, "small")
        assert catalog.offered("small")
        assert shelf.fill(redis, [])
        assert redis.keys("pde:model:*") == []


def test_the_catalogue_follows_the_store():
    follow_store([definition("one"), definition("two")])
    assert {"one", "two"} <= set(catalog.MODELS)
    follow_store([definition("one", retired=True)])
    assert "one" not in catalog.MODELS
    assert catalog.find("one").id == "one"
    with pytest.raises(UnknownName):
        catalog.offered("one")
    with pytest.raises(UnknownName):
        catalog.find("two")
    follow_store([definition("one")])
    assert catalog.offered("one").kind == "own"


def test_one_that_can_not_be_built_leaves_the_others():
    follow_store([Definition("bad", Kind.DOCUMENT, b"id: ["), definition("good")])
    assert "good" in catalog.MODELS
    assert "bad" not in catalog.MODELS


def test_packing_keeps_every_byte():
    content = bytes(range(256)) * 3
    packed = Definition("any", Kind.FMU, content).pack()
    assert Definition.unpack(packed) == Definition("any", Kind.FMU, content)


def test_what_is_accepted_is_offered_as_an_own_model():
    accepted, model = accept(document("mine"))
    offer(accepted, model)
    assert catalog.find("mine").kind == "own"
    with pytest.raises(InvalidValue):
        accept(b"")
