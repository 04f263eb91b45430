"""Own models in the running address space: their types and folders come and go without a restart."""

import asyncio

from asyncua import Server, ua

from connections.bus import Bus
from connections.log import logger
from connections.own.registry import follow_store
from connections.own.shelf import CHANGED
from connections.own.store import ModelStore
from opcua_server.names import MODELS, type_name
from opcua_server.space import Space
from opcua_server.templates import read_template
from opcua_server.type_definitions import tell_types
from plant import catalog
from plant.errors import PlantError
from plant.export.nodeset_types import model_type
from plant.export.nodeset_xml import nodeset_xml
from plant.model import Model

_LOG = logger("models")


class OwnModels:
    """Keeps the types and folders equal to the own models of the catalogue, and the catalogue to the database."""

    def __init__(self, server: Server, space: Space, store: ModelStore) -> None:
        self._server, self._space, self._store = server, space, store
        self._lock = asyncio.Lock()

    async def load(self) -> None:
        """Take over what the database holds now. Raises Unavailable."""
        async with self._lock:
            definitions = await asyncio.to_thread(self._store.all)
            await asyncio.to_thread(follow_store, definitions)
            retired = [each.id for each in definitions if each.retired]
            for model_id in [*catalog.MODELS, *retired]:
                if model_id not in catalog.BUILT_IN:
                    await self._show(model_id)
            for model_id in set(self._space.templates) - set(catalog.MODELS) - set(retired):
                self._remove_type(model_id)
                self._space.forget_model(model_id)

    async def follow(self, bus: Bus, position: str) -> None:
        """Take over every change behind this position, for ever."""
        async for _ in bus.follow_together(CHANGED, position):
            try:
                await self.load()
            except PlantError as error:
                _LOG.warning("models not taken over", cause=str(error))

    async def _show(self, model_id: str) -> None:
        try:
            model = catalog.find(model_id)
        except PlantError:
            return  # it could not be built: `follow_store` has told why
        known = self._space.templates.get(model_id)
        if known is not None and known.model is model:
            return
        self._remove_type(model_id)
        await self._import(model)
        self._space.offer_model(read_template(self._server.iserver.aspace, model))

    async def _import(self, model: Model) -> None:
        await self._server.import_xml(xmlstring=nodeset_xml(model_type(model)), strict_mode=True)
        name, nodes = type_name(model.id), self._server.iserver.aspace._nodes
        tell_types([nodes[node_id] for node_id in nodes.keys() if _below(node_id, name)], nodes)  # noqa: SIM118

    def _remove_type(self, model_id: str) -> None:
        """Take the nodes of a type out, and the reference that leads to it."""
        name, aspace = type_name(model_id), self._server.iserver.aspace
        own = [node_id for node_id in aspace.keys() if _below(node_id, name)]  # noqa: SIM118 - no dictionary
        above = {r.NodeId for node_id in own for r in aspace[node_id].references if not r.IsForward}
        for node_id in own:
            del aspace[node_id]
        for node_id in above.difference(own):
            aspace[node_id].references[:] = [r for r in aspace[node_id].references if not _below(r.NodeId, name)]


def _below(node_id: ua.NodeId, name: str) -> bool:
    if node_id.NamespaceIndex != MODELS or not isinstance(node_id.Identifier, str):
        return False
    return node_id.Identifier == name or node_id.Identifier.startswith(f"{name}.")
