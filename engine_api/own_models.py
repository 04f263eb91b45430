"""The own models of the engine: taken in, kept in the database, handed to every process through Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis import Redis

from connections.log import logger
from connections.own import shelf
from connections.own.definition import Definition, Kind, accept, kind_of
from connections.own.local import register_local
from connections.own.registry import follow_store, forget, offer
from connections.own.store import ModelStore
from connections.records import Records
from connections.settings import Settings
from plant import access, catalog
from plant.errors import NotAllowed, PlantError, Unavailable, WrongState
from plant.lifecycle import ALIVE
from plant.model import Model

_COMPARE = 10.0
_LOG = logger("models")


class OwnModels:
    """Changes go one after the other: database first, then this process, then Redis and with it the others."""

    def __init__(self, store: ModelStore, redis: "Redis", records: Records, takes_fmus: bool) -> None:
        self._store, self._redis, self._records, self._takes_fmus = store, redis, records, takes_fmus
        self._lock = asyncio.Lock()

    async def add(self, content: bytes, user: access.Who) -> Model:
        """Take a document or an FMU in; a new version of one that nothing runs takes its place.

        Raises InvalidValue or InvalidRequest with every problem, NotAllowed, Duplicate for an id that is not an
        uploaded model's, WrongState while simulations of it run or while ended ones have other tags.
        """
        access.require(user, access.Right.ENGINEER, "adding a model")
        if kind_of(content) is Kind.FMU and not self._takes_fmus:
            raise NotAllowed(
                "an FMU is machine code, and this engine listens beyond this machine: put it into the models folder "
                "(PDE_MODELS_FOLDER), or allow uploads with PDE_FMU_UPLOAD=true"
            )
        definition, model = await asyncio.to_thread(accept, content)
        async with self._lock:
            await asyncio.to_thread(self._require_free, model)
            await asyncio.to_thread(self._store.put, definition)
            offer(definition, model)
            await self._publish()
        return catalog.find(model.id)

    async def remove(self, model_id: str, user: access.Who) -> None:
        """Offer a model no longer. Raises UnknownName, NotAllowed, WrongState while simulations of it live."""
        access.require(user, access.Right.ENGINEER, "removing a model")
        model = catalog.offered(model_id)
        if not catalog.uploaded(model.id):
            raise NotAllowed(f"'{model.id}' belongs to this installation and can't be removed here")
        async with self._lock:
            ended = await asyncio.to_thread(self._require_idle, model_id)
            await asyncio.to_thread(self._take_away, model_id, ended)
            await self._publish()

    async def load(self) -> None:
        """Offer what the database holds, and fill Redis with it."""
        definitions = await asyncio.to_thread(self._store.all)
        await asyncio.to_thread(follow_store, definitions)
        await asyncio.to_thread(shelf.fill, self._redis, definitions)

    async def keep(self) -> None:
        """Fill Redis again whenever it has lost something, for ever."""
        while True:
            await asyncio.sleep(_COMPARE)
            try:
                async with self._lock:
                    await self.load()
            except Unavailable as error:
                _LOG.warning("models not compared", cause=str(error))

    async def _publish(self) -> None:
        """Tell Redis; while it is away `keep` will."""
        try:
            await asyncio.to_thread(shelf.fill, self._redis, await asyncio.to_thread(self._store.all))
        except PlantError as error:
            _LOG.warning("models not published yet", cause=str(error))

    def _require_free(self, model: Model) -> None:
        known = catalog.MODELS.get(model.id)
        if known is not None and not catalog.uploaded(model.id):
            catalog.register(model)  # raises Duplicate, with the reason
        ended = self._require_idle(model.id)
        if ended and known_tags(model.id) != [tag.name for tag in model.tags]:
            raise WrongState(
                f"{ended} ended simulations of {model.id} have other tags than this version: give it another id"
            )

    def _require_idle(self, model_id: str) -> int:
        """How many simulations of it have ended. Raises WrongState while others live."""
        records = [record for record in self._records.all() if record.model_id == model_id]
        alive = [record.sim_id for record in records if record.status in ALIVE]
        if alive:
            raise WrongState(f"{', '.join(alive[:5])} still {'live' if len(alive) > 1 else 'lives'}: stop it first")
        return len(records)

    def _take_away(self, model_id: str, ended: int) -> None:
        kept = next((each for each in self._store.all() if each.id == model_id), None)
        if ended and kept is not None:
            retired = Definition(kept.id, kept.kind, kept.content, retired=True)
            self._store.put(retired)
            offer(retired)
        else:
            self._store.remove(model_id)
            forget(model_id)


def known_tags(model_id: str) -> list[str]:
    """The names of all tags of a model that is or was offered."""
    return [tag.name for tag in catalog.find(model_id).tags]


@asynccontextmanager
async def open_own_models(settings: Settings, records: Records) -> AsyncIterator[OwnModels]:
    """The own models on the settings' database and Redis, offered; those of this machine first."""
    assert settings.redis_url is not None  # noqa: S101 - the engine has connected to it
    await asyncio.to_thread(register_local, settings.models_folder)
    store, redis = ModelStore(settings.sql_url), Redis.from_url(settings.redis_url, socket_timeout=5.0)
    try:
        models = OwnModels(store, redis, records, settings.takes_fmus)
        await models.load()
        yield models
    finally:
        redis.close()
        store.close()
