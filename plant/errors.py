"""The one tree of errors that every door translates: a wire name, a sentence for the user, whether a retry helps.

PlantError
├── UnknownName          no such model, simulation, tag or machine
├── InvalidValue
│   ├── WrongType        not a number where a number is wanted, an array for a scalar, an unknown text
│   ├── NotFinite        NaN or an infinity
│   └── OutOfRange       outside the tag's range, or a setting outside its limits
├── InvalidRequest       several problems of one request, reported together
├── NotWritable          the tag is measured or computed, nobody may write it
├── NotAllowed           the role may not do this
│   └── NotSignedIn      nobody known stands at the door
├── TooMany              the same was tried too often
├── WrongState           the command or write does not fit the present state
├── StaleVersion         somebody else changed the record since it was read
├── Duplicate            the id is taken
├── NoCapacity           every slot is in use
├── SolverFailed         the model's equations gave no finite answer
├── DamagedSnapshot      the bytes are not a snapshot of this model, or were damaged
├── DamagedFrame         the bytes are not frames
├── NotSupported         what was asked for does not exist for this model
├── Refused              a peer will never take what it was sent
└── Unavailable          Redis, the database or a peer is away
"""

from typing import ClassVar


class PlantError(Exception):
    """The root: `str(error)` is a sentence for the user; `wire` names the kind on every door."""

    wire: ClassVar[str] = "error"
    retry: ClassVar[bool] = False

    @property
    def problems(self) -> tuple[str, ...]:
        """All sentences that this error reports, at least one."""
        return (str(self),)


class UnknownName(PlantError):  # noqa: N818 - names are the words users meet
    """No model, simulation, tag or machine has this name."""

    wire = "unknown-name"


class InvalidValue(PlantError):  # noqa: N818
    """A value that can't be taken, whatever the state."""

    wire = "invalid-value"


class WrongType(InvalidValue):
    """The value is of another type than the tag."""

    wire = "wrong-type"


class NotFinite(InvalidValue):
    """The value is NaN or infinite."""

    wire = "not-finite"


class OutOfRange(InvalidValue):
    """The value is outside the allowed range."""

    wire = "out-of-range"


class InvalidRequest(PlantError):  # noqa: N818
    """Several problems of one request: nothing of it was applied."""

    wire = "invalid-request"

    def __init__(self, errors: tuple[PlantError, ...]) -> None:
        super().__init__("; ".join(str(error) for error in errors))
        self.errors = errors

    @property
    def problems(self) -> tuple[str, ...]:
        """The sentence of every problem, in the order of the request."""
        return tuple(sentence for error in self.errors for sentence in error.problems)


class NotWritable(PlantError):  # noqa: N818
    """The tag is an output or a state."""

    wire = "not-writable"


class NotAllowed(PlantError):  # noqa: N818
    """The caller's role has not this right."""

    wire = "not-allowed"


class NotSignedIn(NotAllowed):
    """The credentials are missing, wrong, over or revoked; the sentence never tells which of name and password."""

    wire = "not-signed-in"


class TooMany(PlantError):  # noqa: N818
    """The same was tried too often; it may be tried again after `seconds`."""

    wire = "too-many"
    retry = True

    def __init__(self, sentence: str, seconds: float = 1.0) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class WrongState(PlantError):  # noqa: N818
    """The command does not fit the present state; it may later."""

    wire = "wrong-state"
    retry = True


class StaleVersion(PlantError):  # noqa: N818
    """The record was changed by somebody else since the caller read it."""

    wire = "stale-version"
    retry = True


class Duplicate(PlantError):  # noqa: N818
    """The id is already taken."""

    wire = "duplicate"


class NoCapacity(PlantError):  # noqa: N818
    """Every slot is in use."""

    wire = "no-capacity"
    retry = True


class SolverFailed(PlantError):  # noqa: N818
    """The equations gave no finite answer for this step."""

    wire = "solver-failed"


class DamagedSnapshot(PlantError):  # noqa: N818
    """The bytes are not a whole snapshot of this model and step."""

    wire = "damaged-snapshot"


class DamagedFrame(PlantError):  # noqa: N818
    """The bytes are not a whole batch of frames."""

    wire = "damaged-frame"


class Refused(PlantError):  # noqa: N818
    """A store does not take some of the samples, however often they are sent."""

    wire = "refused"


class NotSupported(PlantError):  # noqa: N818
    """What was asked for does not exist for this model; asking again changes nothing."""

    wire = "not-supported"


class Unavailable(PlantError):  # noqa: N818
    """A part that this needs (Redis, the database, InfluxDB) does not answer."""

    wire = "unavailable"
    retry = True
