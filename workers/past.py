"""What an earlier attempt has done already, to be made again in silence."""

from collections import deque
from dataclasses import dataclass, field

from connections.action import Action
from workers.moment import Note


@dataclass(slots=True)
class Past:
    """What an earlier attempt did after its checkpoint: actions with their notes, and what it had published."""

    actions: deque[tuple[Action, Note]] = field(default_factory=deque)
    tick: int = -1
    wall: int = 0
