"""How the nodes below Objects/Simulations look from outside: what every reference to them shows."""

from asyncua import ua

from opcua_server.live import Live
from opcua_server.members import Member
from opcua_server.names import SIMULATIONS, SIMULATIONS_NODE, node_id
from opcua_server.nodes import FOLDER_TYPE, PROPERTY_TYPE, Face

FOLDER = "Simulations"
VERSION = "NodeVersion"
ROOT = Face(
    SIMULATIONS_NODE, ua.QualifiedName(FOLDER, SIMULATIONS), ua.LocalizedText(FOLDER), ua.NodeClass.Object,
    FOLDER_TYPE,
)  # fmt: skip


def folder_face(model_id: str) -> Face:
    """The folder of a model."""
    return Face(
        node_id(FOLDER, model_id), ua.QualifiedName(model_id, SIMULATIONS), ua.LocalizedText(model_id),
        ua.NodeClass.Object, FOLDER_TYPE,
    )  # fmt: skip


def version_face(model_id: str) -> Face:
    """NodeVersion of a model's folder: another one whenever a simulation has come or gone."""
    return Face(
        node_id(FOLDER, model_id, VERSION), ua.QualifiedName(VERSION), ua.LocalizedText(VERSION),
        ua.NodeClass.Variable, PROPERTY_TYPE,
    )  # fmt: skip


def simulation_face(live: Live) -> Face:
    """A simulation."""
    sim_id = live.record.sim_id
    return Face(
        node_id(sim_id), ua.QualifiedName(sim_id, SIMULATIONS), ua.LocalizedText(sim_id), ua.NodeClass.Object,
        live.template.type_id,
    )  # fmt: skip


def member_face(live: Live, member: Member) -> Face:
    """A node below a simulation."""
    return Face(
        node_id(live.record.sim_id, member.path), member.name, member.display_name, member.node_class,
        member.type_definition,
    )  # fmt: skip
