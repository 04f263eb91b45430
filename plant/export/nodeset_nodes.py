"""A node of a NodeSet2 file as data: what the type declarations say and the XML and CSV writers read."""

from dataclasses import dataclass
from enum import StrEnum

from plant.export.nodeset_values import Value

HAS_COMPONENT, HAS_PROPERTY = 47, 46
PROPERTY_TYPE = 68
READ, WRITE, HISTORY = 1, 2, 4


class NodeClass(StrEnum):
    """The classes of the nodes that we declare."""

    OBJECT_TYPE = "ObjectType"
    VARIABLE = "Variable"
    METHOD = "Method"


@dataclass(frozen=True, slots=True)
class Node:
    """One declared node; numbers are NodeIds of namespace 0.

    `path` is its string NodeId and says where it belongs: `WoodBerryType.reflux_flow.EURange`. `supertype` is the
    NodeId of an object type's supertype; `standard` puts the BrowseName into namespace 0.
    """

    path: str
    description: str = ""
    node_class: NodeClass = NodeClass.VARIABLE
    supertype: str = ""
    standard: bool = False
    reference: int = HAS_COMPONENT
    type_definition: int = 0
    data_type: int = 0
    value: "Value | None" = None
    array: int | None = None
    access: int = READ

    @property
    def name(self) -> str:
        """The BrowseName's text, and the DisplayName."""
        return self.path.rpartition(".")[2]

    @property
    def parent(self) -> str:
        """The path of the node that this one is a part of; empty for a type."""
        return self.path.rpartition(".")[0]

    @property
    def browse_name(self) -> str:
        """The BrowseName as it stands in the file."""
        return self.name if self.standard else f"1:{self.name}"


def property_of(owner: str, name: str, data_type: int, value: Value, array: int | None = None) -> Node:
    """A standard property of the node with the path `owner`; `array` is the length of an array."""
    return Node(
        f"{owner}.{name}", standard=True, reference=HAS_PROPERTY, type_definition=PROPERTY_TYPE,
        data_type=data_type, value=value, array=array,
    )  # fmt: skip
