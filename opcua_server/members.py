"""A model's object type as a template: the members that its instances are made of."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from asyncua import ua
from asyncua.server.address_space import AttributeValue

from plant.model import Model

_IDS = ua.AttributeIds


@dataclass(slots=True, eq=False)
class Member:
    """One node below an instance: its path below the SimID, its attributes (shared by all instances), its members.

    `index` is the place of the tag in the model, -1 for everything that is no tag; `variant` the type of the value.
    """

    path: str
    name: ua.QualifiedName
    node_class: ua.NodeClass
    reference: ua.NodeId
    type_definition: ua.NodeId
    attributes: dict[ua.AttributeIds, AttributeValue]
    variant: ua.VariantType
    index: int = -1
    members: list["Member"] = field(default_factory=list)

    @property
    def display_name(self) -> ua.LocalizedText:
        """The DisplayName."""
        shown = self.attributes[_IDS.DisplayName].value
        return shown.Value.Value if shown and shown.Value else ua.LocalizedText(self.name.Name)

    def walk(self) -> Iterator["Member"]:
        """This member and all below it."""
        yield self
        for member in self.members:
            yield from member.walk()


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """The type of a model and what its instances consist of."""

    model: Model
    type_id: ua.NodeId
    members: tuple[Member, ...]
    by_path: dict[str, Member]
    variants: tuple[int, ...]
    """The type of each tag's value, in the order of the model."""
