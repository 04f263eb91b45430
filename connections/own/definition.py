"""The definition of an own model: the bytes that were brought, from which every process builds the same model."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from connections.fmu import description
from connections.own import document
from plant.errors import InvalidRequest, InvalidValue
from plant.model import Model
from plant.own.document import read
from plant.own.trial import complaints

LARGEST_FMU = 64_000_000


class Kind(StrEnum):
    """What the bytes are."""

    DOCUMENT = "document"
    FMU = "fmu"


@dataclass(frozen=True, slots=True)
class Definition:
    """One own model as it is kept. A retired one is known to what has ended, and not offered any more."""

    id: str
    kind: Kind
    content: bytes
    retired: bool = False

    @property
    def digest(self) -> str:
        """Tells versions apart."""
        return hashlib.sha256(self.content).hexdigest()

    def pack(self) -> bytes:
        """A header line and the content."""
        return json.dumps({"id": self.id, "kind": self.kind}).encode() + b"\n" + self.content

    @classmethod
    def unpack(cls, packed: bytes) -> "Definition":
        """The definition that was packed."""
        header, _, content = packed.partition(b"\n")
        facts = json.loads(header)
        return cls(facts["id"], Kind(facts["kind"]), content)


def kind_of(content: bytes) -> Kind:
    """An FMU is a zip archive; everything else is taken as a document."""
    return Kind.FMU if content[:2] == b"PK" else Kind.DOCUMENT


def build(kind: Kind, content: bytes) -> Model:
    """The declared model. Raises InvalidValue or InvalidRequest with every problem."""
    return replace(_BUILDERS[kind](content), version=hashlib.sha256(content).hexdigest()[:16])


def accept(content: bytes) -> tuple[Definition, Model]:
    """What was brought, once it has been tried. Raises InvalidValue or InvalidRequest with every problem."""
    kind = kind_of(content)
    model = build(kind, content)
    problems = complaints(model)
    if problems:
        raise InvalidRequest(tuple(InvalidValue(f"{model.id}: {problem}") for problem in problems))
    return Definition(model.id, kind, content), model


def _document(content: bytes) -> Model:
    return read(document.parse(content))


_BUILDERS: Mapping[Kind, Callable[[bytes], Model]] = {Kind.DOCUMENT: _document, Kind.FMU: description.read}
