"""Declarations of OPC UA type nodes as plain data: what the NodeSet2 files hold, tag by tag."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from plant.model import Model
from plant.tags import Tag
from plant.units import Unit

MODELS_NAMESPACE = "urn:process-dynamics-engine:models"
SIMULATION_TYPE = "SimulationType"


class Standard(IntEnum):
    """Identifiers of namespace 0 that the types are built on (OPC 10000-6 annex A)."""

    BOOLEAN = 1
    UINT32 = 7
    INT32 = 6
    UINT64 = 9
    DOUBLE = 11
    STRING = 12
    DATE_TIME = 13
    LOCALIZED_TEXT = 21
    HAS_MODELLING_RULE = 37
    HAS_TYPE_DEFINITION = 40
    HAS_SUBTYPE = 45
    HAS_PROPERTY = 46
    HAS_COMPONENT = 47
    BASE_DATA_VARIABLE_TYPE = 63
    PROPERTY_TYPE = 68
    MANDATORY = 78
    OPTIONAL = 80
    ARGUMENT = 296
    ARGUMENT_XML = 297
    RANGE = 884
    RANGE_XML = 885
    EU_INFORMATION = 887
    EU_INFORMATION_XML = 888
    MULTI_STATE_DISCRETE_TYPE = 2376
    PROGRAM_STATE_MACHINE_TYPE = 2391
    ANALOG_UNIT_TYPE = 17497
    ANALOG_UNIT_RANGE_TYPE = 17570


class NodeClass(StrEnum):
    """The node classes that occur, by the names of the NodeSet2 elements."""

    OBJECT_TYPE = "ObjectType"
    VARIABLE = "Variable"
    METHOD = "Method"


@dataclass(frozen=True, slots=True)
class Range:
    """A value of data type Range."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Argument:
    """A value of data type Argument: a scalar parameter of a method."""

    name: str
    data_type: Standard
    description: str


Value = float | str | Range | Unit | tuple[str, ...] | tuple[Argument, ...] | None


@dataclass(frozen=True, slots=True)
class NodeDeclaration:
    """One node of a type: its string identifier is `parent.name` in the namespace of the models.

    Attributes:
        standard_name: the BrowseName is of namespace 0 (a property or method that the standard defines).
        reference: how the parent leads to it; for a type, HAS_SUBTYPE from `base`.
        array: the value is one-dimensional.
    """

    name: str
    parent: str
    node_class: NodeClass
    reference: Standard
    description: str = ""
    display: str = ""
    standard_name: bool = False
    type_definition: Standard | None = None
    data_type: Standard | None = None
    array: bool = False
    value: Value = None
    writable: bool = False
    rule: Standard | None = Standard.MANDATORY
    base: str | Standard = ""

    @property
    def identifier(self) -> str:
        """The string identifier, stable for ever: `WoodBerryType.reflux_flow.EURange`."""
        return f"{self.parent}.{self.name}" if self.parent else self.name


def type_name(model: Model) -> str:
    """The name of a model's object type: `wood-berry` has `WoodBerryType`."""
    return "".join(word.capitalize() for word in model.id.split("-")) + "Type"


def model_nodes(model: Model) -> list[NodeDeclaration]:
    """The model's object type with every tag as a mandatory component."""
    name = type_name(model)
    top = NodeDeclaration(
        name, "", NodeClass.OBJECT_TYPE, Standard.HAS_SUBTYPE, model.description, model.name, rule=None,
        base=SIMULATION_TYPE,
    )  # fmt: skip
    return [top, *(node for tag in model.tags for node in tag_nodes(tag, name))]


def tag_nodes(tag: Tag, parent: str) -> Iterator[NodeDeclaration]:
    """The variable of a tag and its properties."""
    kind = Standard.MULTI_STATE_DISCRETE_TYPE if tag.states else Standard.ANALOG_UNIT_RANGE_TYPE
    data_type = Standard.UINT32 if tag.states else Standard.DOUBLE
    yield NodeDeclaration(
        tag.name, parent, NodeClass.VARIABLE, Standard.HAS_COMPONENT, tag.description,
        type_definition=kind, data_type=data_type, value=tag.nominal, writable=tag.writable,
    )  # fmt: skip
    owner = f"{parent}.{tag.name}"
    if tag.states:
        yield standard_property("EnumStrings", owner, Standard.LOCALIZED_TEXT, tag.states, array=True)
        return
    yield standard_property("EURange", owner, Standard.RANGE, Range(tag.low, tag.high))
    yield standard_property("EngineeringUnits", owner, Standard.EU_INFORMATION, tag.unit)
    yield standard_property("ValuePrecision", owner, Standard.DOUBLE, float(tag.digits))


def standard_property(
    name: str, parent: str, data_type: Standard, value: Value, array: bool = False
) -> NodeDeclaration:
    """A mandatory property that the standard names."""
    return NodeDeclaration(
        name, parent, NodeClass.VARIABLE, Standard.HAS_PROPERTY, standard_name=True,
        type_definition=Standard.PROPERTY_TYPE, data_type=data_type, array=array, value=value,
    )  # fmt: skip
