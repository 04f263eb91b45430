"""The node sets: OPC UA's own file format for the types, for the server, for clients and for modelling tools."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from plant.export.nodeset_nodes import Node
from plant.export.nodeset_types import model_type, simulation_type, type_name
from plant.export.nodeset_xml import MODELS_URI, nodeset_xml
from plant.model import Model

ALL_MODELS = "Pde.Models"


def nodeset_files(models: Iterable[Model]) -> dict[str, str]:
    """The text of every file by its name.

    One node set with everything, which the server loads; one for each model, complete by itself; and for each of
    them the list of its NodeIds.
    """
    models = tuple(models)
    files = _files(ALL_MODELS, models)
    for model in models:
        files |= _files(type_name(model).removesuffix("Type"), (model,))
    return files


def _files(name: str, models: Sequence[Model]) -> dict[str, str]:
    nodes = [*simulation_type(), *(node for model in models for node in model_type(model))]
    return {f"{name}.NodeSet2.xml": nodeset_xml(nodes), f"{name}.NodeIds.csv": _node_ids(nodes)}


def _node_ids(nodes: Iterable[Node]) -> str:
    text = StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("NodeId", "NodeClass", "BrowseName"))
    lines.writerows((f"nsu={MODELS_URI};s={node.path}", node.node_class, node.browse_name) for node in nodes)
    return text.getvalue()
