"""A checkpoint: what is needed to go on with a simulation from one of its ticks, bit for bit, and its bytes."""

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version

from plant.errors import DamagedSnapshot

CODE = version("process-dynamics-engine")
_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A simulation at one tick.

    `due` is the wall time (ns) at which that tick was due by its pace, `touched` the one of the last action; `speed`
    None is `max`; `simulation_time` is in simulated seconds.
    """

    epoch: int
    tick: int
    action: int
    sequence: int
    wall_time: int
    due: int
    speed: float | None
    paused: bool
    pending: int
    overruns: int
    simulation_time: float = 0.0
    touched: int = 0
    code: str = CODE
    snapshot: bytes = b""

    def encode(self) -> bytes:
        """Header line, snapshot, checksum."""
        header = {name: getattr(self, name) for name in self.__slots__ if name != "snapshot"}
        body = json.dumps(header).encode() + b"\n" + self.snapshot
        return body + hashlib.sha256(body).digest()

    @classmethod
    def decode(cls, content: bytes) -> "Checkpoint":
        """The checkpoint in these bytes. Raises DamagedSnapshot."""
        body, digest = content[:-_DIGEST], content[-_DIGEST:]
        header, _, snapshot = body.partition(b"\n")
        if hashlib.sha256(body).digest() != digest:
            raise DamagedSnapshot(f"the {len(content)} bytes of the checkpoint are damaged")
        try:
            facts = {name: value for name, value in json.loads(header).items() if name in cls.__slots__}
            return cls(**facts, snapshot=snapshot)
        except (TypeError, ValueError) as error:
            raise DamagedSnapshot(f"the checkpoint is of another version: {error}") from None
