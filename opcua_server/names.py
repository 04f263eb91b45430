"""Namespaces and NodeIds: fixed for ever, so that clients may keep them across restarts and versions."""

from asyncua import ua

from connections.pki.application import APPLICATION_URI

SIMULATIONS_URI = "urn:process-dynamics-engine:simulations"
MODELS_URI = "urn:process-dynamics-engine:models"
APPLICATION, SIMULATIONS, MODELS = 1, 2, 3
URIS = {APPLICATION: APPLICATION_URI, SIMULATIONS: SIMULATIONS_URI, MODELS: MODELS_URI}

ENGINE_NODE = ua.NodeId(ua.String("Engine"), ua.Int16(SIMULATIONS))
SIMULATIONS_NODE = ua.NodeId(ua.String("Simulations"), ua.Int16(SIMULATIONS))


def standard(number: int) -> ua.NodeId:
    """A node of the standard address space."""
    return ua.NodeId(ua.Int32(number))


def node_id(*path: str) -> ua.NodeId:
    """The node below a simulation (or folder): `node_id("wood-berry-7", "reflux_flow")`."""
    return ua.NodeId(ua.String(".".join(path)), ua.Int16(SIMULATIONS))


def type_name(model_id: str) -> str:
    """The BrowseName of a model's object type: `wood-berry` has `WoodBerryType`."""
    return "".join(word.capitalize() for word in model_id.split("-")) + "Type"
