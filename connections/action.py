"""An accepted request to a simulation, as doors append it and workers read it."""

import json
from dataclasses import dataclass, field
from typing import Any, Self

import orjson

from connections.correlation import CORRELATION
from connections.packed import MARK, unpack


@dataclass(frozen=True, slots=True)
class Action:
    """One accepted request: values (tag -> float), or a command with its argument or fault; `number` orders them.

    `name` is what the command `snapshot` calls it, `content` the state (base64) that `restore` goes back to; `trace`
    is the id of the request.
    """

    user: str
    door: str
    at: int
    values: dict[str, float] = field(default_factory=dict)
    command: str | None = None
    argument: float | None = None
    number: int = 0
    fault: dict[str, Any] | None = None
    name: str | None = None
    content: str | None = None
    trace: str = field(default_factory=CORRELATION.get)

    @classmethod
    def decode(cls, number: int, text: bytes) -> Self:
        """The action that was appended under this number. Raises ValueError, TypeError."""
        if text[:1] != MARK:
            return cls(**json.loads(text), number=number)
        facts, names, values = unpack(text)
        return cls(**facts, values=dict(zip(names, values.tolist(), strict=True)), number=number)

    def encode(self) -> bytes:
        """Everything but the number."""
        return orjson.dumps({
            "user": self.user, "door": self.door, "at": self.at, "values": self.values, "command": self.command,
            "argument": self.argument, "fault": self.fault, "name": self.name, "content": self.content,
            "trace": self.trace,
        }, option=orjson.OPT_SERIALIZE_NUMPY)  # fmt: skip
