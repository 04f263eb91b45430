"""What a worker has to tell: each item is about one of its simulations."""

from dataclasses import dataclass
from typing import Any

from connections.shot import Shot
from plant.frames import Frame
from workers.hosted import Hosted
from workers.moment import Note


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One thing to tell of one simulation."""

    hosted: Hosted


@dataclass(frozen=True, slots=True, eq=False)
class Sent(Item):
    """A frame, with the note of the action that it echoes."""

    frame: Frame
    note: Note | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Saved(Item):
    """An encoded checkpoint, and the numbers of the actions whose notes it makes needless."""

    content: bytes
    needless: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shown(Item):
    """A snapshot that was asked for."""

    shot: Shot


@dataclass(frozen=True, slots=True, eq=False)
class Report(Item):
    """A message to the engine."""

    message: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Farewell(Item):
    """Give the lease back; forget the checkpoints too if the life is over."""

    owner: str
    forget: bool


@dataclass(frozen=True, slots=True, eq=False)
class GaveUp(Item):
    """Give back the lease of an epoch that is over: written behind everything that was on its way."""

    owner: str
