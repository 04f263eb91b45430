"""The list of all generated files: path in the repository and text."""

from plant.catalog import MODELS
from plant.export.nodes import model_nodes, type_name
from plant.export.nodeset import node_ids, nodeset
from plant.export.simulation_type import simulation_type_nodes


def generated_files() -> dict[str, str]:
    """Every generated file by its path from the root of the repository."""
    return _nodesets()


def _nodesets() -> dict[str, str]:
    types = {"SimulationType": simulation_type_nodes()}
    types |= {type_name(model): model_nodes(model) for model in MODELS.values()}
    files = {}
    for name, nodes in types.items():
        files[f"nodesets/Pde.{name}.NodeSet2.xml"] = nodeset(nodes)
        files[f"nodesets/Pde.{name}.NodeSet2.csv"] = node_ids(nodes)
    return files
