"""What can go wrong, as exceptions that tell it in the engine's own sentences.

EngineError
├── UnknownName            no such model, simulation, tag, alarm or machine
├── InvalidValue
│   ├── WrongType
│   ├── NotFinite
│   └── OutOfRange
├── InvalidRequest         several problems of one request, see `problems`; or one of its form
├── NotWritable            the tag is measured or computed
├── NotAllowed             the role may not do this
├── NotAuthenticated       no token, or one that is not accepted
├── WrongState             does not fit the present state
├── StaleVersion           somebody else changed it since it was read
├── Duplicate              the id or key is taken
├── NotSupported           does not exist for this model
├── SolverFailed           the equations gave no answer
├── TooManyRequests        ask again after `retry_after` seconds
├── NoCapacity             every slot is in use
├── Unavailable            a part of the engine does not answer
│   └── Unreachable        the engine itself does not answer
├── ServerError            a fault of the engine; `problem.trace_id` finds it in its log
├── BadAnswer              the answer is not one of this engine's
├── BadQuality             the value must not be used as a number
├── SimulationEnded        it ended before what was waited for
└── TimedOut               it did not happen in time
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document (RFC 9457): `wire` is the last part of its type, `details` are all problems at once."""

    wire: str
    title: str
    status: int
    detail: str
    instance: str = ""
    details: tuple[str, ...] = ()
    trace_id: str = ""


class EngineError(Exception):
    """The root. `problem` is None when it did not come from the engine."""

    def __init__(self, message: str, problem: Problem | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.problem, self.retry_after = problem, retry_after

    @property
    def problems(self) -> tuple[str, ...]:
        """The sentence of each problem, at least one."""
        return (self.problem.details if self.problem else ()) or (str(self),)


class UnknownName(EngineError):  # noqa: N818 - errors carry the names of the engine's own
    """No model, simulation, tag, alarm or machine has this name."""


class InvalidValue(EngineError):  # noqa: N818
    """A value that can't be taken, whatever the state."""


class WrongType(InvalidValue):
    """The value is of another type than the tag."""


class NotFinite(InvalidValue):
    """The value is NaN or infinite."""


class OutOfRange(InvalidValue):
    """The value is outside the allowed range."""


class InvalidRequest(EngineError):  # noqa: N818
    """Nothing of the request was applied; `problems` tells all that is wrong with it."""


class NotWritable(EngineError):  # noqa: N818
    """The tag is an output or a state."""


class NotAllowed(EngineError):  # noqa: N818
    """The caller's role has not this right."""


class NotAuthenticated(EngineError):  # noqa: N818
    """The engine wants a token, or does not accept this one."""


class WrongState(EngineError):  # noqa: N818
    """The command or write does not fit the present state; it may later."""


class StaleVersion(EngineError):  # noqa: N818
    """Somebody else changed it since it was read."""


class Duplicate(EngineError):  # noqa: N818
    """The id or the key is already taken."""


class NotSupported(EngineError):  # noqa: N818
    """What was asked for does not exist for this model."""


class SolverFailed(EngineError):  # noqa: N818
    """The equations gave no finite answer."""


class TooManyRequests(EngineError):  # noqa: N818
    """Nothing was done; ask again after `retry_after` seconds."""


class NoCapacity(EngineError):  # noqa: N818
    """Every slot is in use."""


class Unavailable(EngineError):  # noqa: N818
    """A part that this needs does not answer."""


class Unreachable(Unavailable):
    """The engine can't be reached, or ended the connection."""


class ServerError(EngineError):
    """A fault of the engine."""


class BadAnswer(EngineError):  # noqa: N818
    """What answered is not this engine, or one of another version."""


class BadQuality(EngineError, ValueError):  # noqa: N818
    """The value has a Bad status code and is no number."""


class SimulationEnded(EngineError):  # noqa: N818
    """The simulation ended before what was waited for."""


class TimedOut(EngineError, TimeoutError):  # noqa: N818
    """What was waited for did not happen in time; the simulation goes on."""


WIRES: Mapping[str, type[EngineError]] = {
    "unknown-name": UnknownName,
    "invalid-value": InvalidValue,
    "wrong-type": WrongType,
    "not-finite": NotFinite,
    "out-of-range": OutOfRange,
    "invalid-request": InvalidRequest,
    "malformed": InvalidRequest,
    "too-large": InvalidRequest,
    "too-large-head": InvalidRequest,
    "too-slow": InvalidRequest,
    "unsupported-media-type": InvalidRequest,
    "method-not-allowed": InvalidRequest,
    "wrong-host": NotAllowed,
    "not-writable": NotWritable,
    "not-allowed": NotAllowed,
    "not-signed-in": NotAuthenticated,
    "too-many": TooManyRequests,
    "wrong-state": WrongState,
    "stale-version": StaleVersion,
    "duplicate": Duplicate,
    "not-supported": NotSupported,
    "solver-failed": SolverFailed,
    "damaged-snapshot": InvalidRequest,
    "no-capacity": NoCapacity,
    "unavailable": Unavailable,
    "damaged-frame": ServerError,
    "error": ServerError,
    "internal": ServerError,
}
"""From the wire name of a problem to its class; a name that is not here goes by its status."""

STATUSES: Mapping[int, type[EngineError]] = {
    401: NotAuthenticated,
    403: NotAllowed,
    404: UnknownName,
    409: WrongState,
    412: StaleVersion,
    429: TooManyRequests,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def class_for(wire: str, status: int) -> type[EngineError]:
    """The exception for a problem."""
    fallback = STATUSES.get(status, ServerError if status >= 500 else InvalidRequest)
    return WIRES.get(wire, fallback)
