"""The shapes of the process API: what is asked (strict) and what is answered."""

import math
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from plant.faults import INTERVAL, Kind
from plant.faults_check import MOST_FAULTS
from plant.pace import FASTEST, SLOWEST, UNLIMITED

SIM_ID_EXAMPLE = "wood-berry-7"


def _speed(value: object) -> object:
    if value == "max":
        return UNLIMITED
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(_SPEED)
    return _factor(value)


def _speed_text(value: object) -> object:
    return UNLIMITED if value == "max" else _factor(str(value))


def _factor(value: float | str) -> float:
    try:
        number = float(value)
    except (OverflowError, ValueError):
        raise ValueError(_SPEED) from None
    if not math.isfinite(number):
        raise ValueError(_SPEED)
    return number


_SPEED = f"takes a factor {SLOWEST:g}..{FASTEST:g} or 'max'"
_SPEED_SCHEMA = WithJsonSchema(
    {
        "anyOf": [{"type": "number", "minimum": SLOWEST, "maximum": FASTEST}, {"const": "max", "type": "string"}],
        "description": "Factor of real time, or `max` for as fast as possible",
        "examples": [10, "max"],
    }
)
SpeedIn = Annotated[float, Field(allow_inf_nan=True), BeforeValidator(_speed), _SPEED_SCHEMA]
SpeedText = Annotated[float, Field(allow_inf_nan=True), BeforeValidator(_speed_text), _SPEED_SCHEMA]
Value = Annotated[Any, WithJsonSchema({"type": ["number", "string"], "examples": [2.1]})]
"""A number, or a text of a discrete tag; the gate checks it against the tag."""
Name = Annotated[str, Field(min_length=1, max_length=200, examples=["Morning class"])]
Machine = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$", examples=["101"])]
Finite = Annotated[float, Field(allow_inf_nan=False)]
StartName = Annotated[
    str,
    Field(max_length=100, description="Start state of the model; its first one by default", examples=["steady"]),
]
Stall = Annotated[
    Literal["catch_up", "skip"],
    Field(description="Steps missed by a stalled worker are made up (`catch_up`) or left out (`skip`)"),
]
Resume = Annotated[
    Literal["catch_up", "hold"],
    Field(description="After the loss of its worker it makes the time up, or goes on from where it stood (`hold`)"),
]
Life = Annotated[float, Field(allow_inf_nan=False, description="Wall seconds after which it ends in any case")]
Idle = Annotated[float, Field(allow_inf_nan=False, description="Wall seconds without an action until it ends")]
SharingName = Annotated[
    Literal["private", "shared", "open"],
    Field(description="What others may do: nothing, look, everything; by default `shared`, without a name `open`"),
]
Seed = Annotated[int, Field(description="Of all that is random; the model's own by default", examples=[1])]
Time = Annotated[str, Field(examples=["2026-11-21T05:20:00.000Z"], json_schema_extra={"format": "date-time"})]


class Asked(BaseModel):
    """A request: no coercion, no unknown keys, finite numbers."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)


class FaultBody(Asked):
    """A fault; what its kind does not take is left out. Times are simulated seconds."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tag": "distillate_methanol", "kind": "bias", "size": 0.5, "start": 600}]}
    )

    tag: str = Field(max_length=200, examples=["distillate_methanol"])
    kind: str = Field(max_length=40, examples=["bias"], json_schema_extra={"enum": [str(kind) for kind in Kind]})
    size: float | None = Field(default=None, description="In the unit of the tag; see the kinds", examples=[0.5])
    start: float | None = Field(default=None, description="When it begins; at once by default", examples=[600])
    ramp: float | None = Field(default=None, description="Seconds over which it grows to its size", examples=[0])
    duration: float | None = Field(default=None, description="Until it is cleared by default", examples=[300])
    interval: float | None = Field(default=None, description=f"Between two spikes; {INTERVAL:g} by default")

    def words(self) -> dict[str, Any]:
        """What was given."""
        return self.model_dump(exclude_none=True)


class StartQuery(BaseModel):
    """How to start, as a query."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)

    name: Name | None = None
    duration: Finite | None = Field(default=None, description="Life in simulated seconds; 24 h by default")
    speed: SpeedText = 1.0
    machine: Machine | None = Field(default=None, description="Run on this machine")
    start: StartName | None = None
    seed: Seed | None = None
    sample_time: Finite | None = Field(default=None, description="Seconds of simulated time in one step")
    wait: bool = Field(default=False, description="Wait in the queue when every slot is in use")
    sharing: SharingName | None = None
    stall: Stall = "catch_up"
    resume: Resume = "catch_up"
    life: Life | None = None
    idle: Idle | None = None


class StartBody(Asked):
    """How to start, as a body."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Morning class", "speed": 10}]})

    name: Name | None = None
    duration: float | None = Field(
        default=None, description="Life in simulated seconds; 24 h by default", examples=[3600]
    )
    speed: SpeedIn = 1.0
    machine: Machine | None = Field(default=None, description="Run on this machine")
    start: StartName | None = None
    seed: Seed | None = None
    sample_time: float | None = Field(default=None, description="Seconds of simulated time in one step", examples=[1])
    wait: bool = Field(default=False, description="Wait in the queue when every slot is in use")
    sharing: SharingName | None = None
    stall: Stall = "catch_up"
    resume: Resume = "catch_up"
    life: Life | None = None
    idle: Idle | None = None
    inputs: dict[str, Value] = Field(default={}, description="Tag values in effect from the start", examples=[{}])
    faults: list[FaultBody] = Field(default=[], max_length=MOST_FAULTS, description="Planned faults", examples=[[]])


class WriteBody(Asked):
    """A control action on one tag."""

    value: Value


class ActionBody(Asked):
    """A control action among several."""

    tag: str = Field(max_length=200, examples=["reflux_flow"])
    value: Value


class ActionsBody(Asked):
    """Several control actions, all or nothing."""

    actions: list[ActionBody] = Field(min_length=1, max_length=1000)


class NoBody(Asked):
    """A command without an argument."""


class StepBody(Asked):
    """How many steps a paused simulation takes."""

    steps: int = Field(default=1, examples=[1])


class SpeedBody(Asked):
    """The speed from now on."""

    speed: SpeedIn


class Answered(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())


class SimulationLinks(Answered):
    """Where to go on from a simulation."""

    self: str = Field(examples=[f"/api/sims/{SIM_ID_EXAMPLE}"])
    tags: str = Field(examples=[f"/api/sims/{SIM_ID_EXAMPLE}/all"])
    history: str = Field(examples=[f"/api/sims/{SIM_ID_EXAMPLE}/history"])
    actions: str = Field(examples=[f"/api/sims/{SIM_ID_EXAMPLE}/actions"])
    faults: str = Field(examples=[f"/api/sims/{SIM_ID_EXAMPLE}/faults"])
    live: str = Field(examples=["/api/live"])
    grafana: str | None = None


class SimulationAnswer(Answered):
    """One simulation and how it stands."""

    sim_id: str = Field(examples=[SIM_ID_EXAMPLE])
    model_id: str = Field(examples=["wood-berry"])
    status: str = Field(examples=["running"])
    node_id: str = Field(description="Of its OPC UA object", examples=[f"ns=2;s={SIM_ID_EXAMPLE}"])
    links: SimulationLinks
    name: str = Field(examples=["Wood-Berry distillation column"])
    number: int = Field(description="Its integer id in the run API", examples=[7])
    cause: str | None = Field(default=None, description="Why it waits, was started again, or ended")
    version: int = Field(description="Also the ETag", examples=[3])
    epoch: int = Field(description="Fencing number of the attempt that may write", examples=[1])
    attempts: int = Field(description="Since the last one that went well for a minute", examples=[1])
    owner: str | None = Field(default=None, description="Name of the user whose it is", examples=["eva"])
    sharing: Literal["private", "shared", "open"] = Field(description="What others may do", examples=["open"])
    machine: str | None = None
    worker: str | None = None
    speed: float | Literal["max"] = Field(examples=[1])
    sample_time: float = Field(description="Simulated seconds in a step", examples=[1])
    duration: float = Field(description="Life in simulated seconds", examples=[86400])
    remaining: float | None = Field(description="Life left in seconds of wall time", examples=[86000.5])
    ends_at: Time | None = Field(description="When it ends in any case; can be extended")
    idle: float | None = Field(description="Seconds of wall time without an action after which it ends")
    stall: str = Field(description="`catch_up` or `skip` what a stalled worker missed", examples=["catch_up"])
    resume: str = Field(description="`catch_up` or `hold` after the loss of its worker", examples=["catch_up"])
    isolated: bool = Field(description="Whether it has a process of its own", examples=[False])
    origin: str | None = Field(description="The snapshot that it is a branch of", examples=[None])
    start: str = Field(description="Name of the start state", examples=["steady"])
    seed: int = Field(description="Of all that is random; 0 when nothing is", examples=[1])
    simulation_time: float = Field(description="Simulated seconds since the start", examples=[12])
    tick: int = Field(examples=[12])
    overruns: int = Field(description="Steps that came late", examples=[0])
    created_at: Time
    started_at: Time | None
    ended_at: Time | None
    updated_at: Time
    queue_position: int | None = Field(description="1 is next; null unless queued")


Total = Annotated[int, Field(description="Entries on all pages", examples=[1])]
Next = Annotated[str | None, Field(description="`cursor` of the next page; null on the last one", examples=[None])]


class SimulationsAnswer(Answered):
    """Simulations."""

    simulations: list[SimulationAnswer]
    total: Total
    next: Next


class TagAnswer(Answered):
    """One tag now. `value` is null when the quality is bad."""

    tag: str = Field(examples=["reflux_flow"])
    value: float | None = Field(examples=[1.95])
    unit: str = Field(examples=["lb/min"])
    quality: str = Field(examples=["Good"])
    status_code: int = Field(description="OPC UA status code", examples=[0])
    source_time: Time | None
    simulation_time: float = Field(examples=[12])
    text: str | None = Field(default=None, description="The state of a discrete tag")


class TagsAnswer(Answered):
    """All tags now."""

    sim_id: str = Field(examples=[SIM_ID_EXAMPLE])
    status: str = Field(examples=["running"])
    simulation_time: float
    source_time: Time | None
    tags: list[TagAnswer]


class ActionsAnswer(Answered):
    """What was accepted: the number of the action and the tags in effect."""

    sim_id: str = Field(examples=[SIM_ID_EXAMPLE])
    action: int = Field(examples=[4])
    tags: list[TagAnswer]


class ActionAnswer(Answered):
    """One accepted action or command."""

    action: int = Field(examples=[4])
    time: Time
    simulation_time: float | None = Field(description="simulated seconds of the newest sample at that time, if any")
    user: str = Field(examples=["engineer"])
    door: str = Field(examples=["rest"])
    values: dict[str, float] = Field(examples=[{"reflux_flow": 2.1}])
    command: str | None = Field(default=None, examples=["pause"])
    argument: float | None = None
    fault: dict[str, Any] | None = Field(default=None, description="That was injected", examples=[None])
    name: str | None = Field(default=None, description="Of the snapshot taken or restored", examples=[None])


class ActionListAnswer(Answered):
    """Who did what, newest first."""

    actions: list[ActionAnswer]
    total: Total
    next: Next


class SeriesAnswer(Answered):
    """Samples of one tag; arrays of equal length, `value` null where bad."""

    tag: str = Field(examples=["reflux_flow"])
    unit: str = Field(examples=["lb/min"])
    time: list[int] = Field(description="Milliseconds since 1970 UTC")
    simulation_time: list[float] = Field(description="Simulated seconds")
    value: list[float | None]
    status_code: list[int] = Field(description="OPC UA status codes; 0 is Good")


class HistoryAnswer(Answered):
    """Recorded series."""

    sim_id: str = Field(examples=[SIM_ID_EXAMPLE])
    series: list[SeriesAnswer]
    thinned: bool = Field(description="Whether least and greatest values of buckets stand for more samples")
