"""Shots: the snapshots that workers take on request, on their way to the engine, which keeps them."""

import json
from dataclasses import dataclass

from plant.errors import DamagedSnapshot

SHOTS = "pde:snapshots"
"""The stream; each entry is a Shot."""
SHOTS_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Shot:
    """What a worker took for action number `action`, at a wall time in ns; without a name it is not to be kept.

    `content` are the bytes of a checkpoint.
    """

    sim_id: str
    name: str
    user: str
    action: int
    at: int
    content: bytes

    def encode(self) -> bytes:
        """A header line and the content."""
        header = {name: getattr(self, name) for name in self.__slots__ if name != "content"}
        return json.dumps(header).encode() + b"\n" + self.content

    @classmethod
    def decode(cls, entry: bytes) -> "Shot":
        """The shot in these bytes. Raises DamagedSnapshot."""
        header, _, content = entry.partition(b"\n")
        try:
            return cls(**json.loads(header), content=content)
        except (TypeError, ValueError) as error:
            raise DamagedSnapshot(f"an entry of {SHOTS} is of another version: {error}") from None
