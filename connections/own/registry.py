"""The uploaded models that this process offers, by their digests; the one way from a definition into the catalogue."""

from connections.log import logger
from connections.own.definition import Definition, build
from plant import catalog
from plant.errors import PlantError
from plant.model import Model

_known: dict[str, str] = {}
_LOG = logger("models")


def known(model_id: str) -> str | None:
    """The digest of the definition that is in use here."""
    return _known.get(model_id)


def offer(definition: Definition, model: Model | None = None) -> None:
    """Put a definition into the catalogue; `model` if it was built already. Raises what building raises."""
    revived = not definition.retired and definition.id not in catalog.MODELS
    if revived or _known.get(definition.id) != definition.digest:
        catalog.register(model or build(definition.kind, definition.content))
        _known[definition.id] = definition.digest
    if definition.retired:
        catalog.retire(definition.id)


def forget(model_id: str) -> None:
    """Take an uploaded model out of the catalogue."""
    catalog.withdraw(model_id)
    _known.pop(model_id, None)


def follow_store(definitions: list[Definition]) -> None:
    """Make the catalogue offer these uploaded models and no others; one that can't be built is told in the log."""
    for model_id in set(_known) - {each.id for each in definitions}:
        forget(model_id)
    for each in definitions:
        try:
            offer(each)
        except PlantError as error:
            _LOG.error("model not offered", model_id=each.id, problem=str(error))
