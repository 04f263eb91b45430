"""The messages of the live protocol, both ways, as types: what docs/asyncapi.json is made of and tests compare with."""

from typing import Annotated, Any, Literal

from pydantic import Field

from engine_api.alarm_schemas import AlarmAnswer
from engine_api.schemas import Answered, Asked
from engine_api.subscriptions import FASTEST_RATE, MOST_TAGS, SLOWEST_RATE
from plant.lifecycle import State

Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
FullName = Annotated[str, Field(max_length=400, examples=["wood-berry-7.reflux_flow", "quadruple-tank-3.*"])]


class Sub(Asked):
    """Subscribe to tags."""

    op: Literal["sub"]
    id: Number
    tags: list[FullName] = Field(min_length=1, max_length=MOST_TAGS)
    rate_ms: int = Field(default=200, ge=FASTEST_RATE, le=SLOWEST_RATE)


class Unsub(Asked):
    """Unsubscribe."""

    op: Literal["unsub"]
    id: Number


class Ping(Asked):
    """Ask for a sign of life."""

    op: Literal["ping"]


class Resume(Asked):
    """Ask for the events missed since the last one of an earlier connection; once in a connection."""

    op: Literal["resume"]
    stream: str = Field(max_length=100, description="As `hello` of the earlier connection told")
    event: int = Field(ge=0, le=2**53, description="`n` of the last event seen, or `event` of its `hello`")


class Hello(Answered):
    """The first message of a connection."""

    op: Literal["hello"]
    version: int = Field(examples=[1])
    stream: str = Field(description="Another one after the engine has started again: then events can't be resumed")
    event: int = Field(description="Number of the last event before this connection")


class LiveTag(Answered):
    """A tag and the handle that stands for it as long as the connection lasts."""

    h: int
    tag: str = Field(examples=["wood-berry-7.reflux_flow"])
    role: str
    unit: str
    low: float
    high: float
    nominal: float
    description: str
    label: str
    digits: int
    writable: bool
    limits: dict[str, float]
    states: list[str]
    node_id: str = Field(examples=["ns=2;s=wood-berry-7.reflux_flow"])


class Meta(Answered):
    """The tags of a subscription."""

    op: Literal["meta"]
    id: int | None = Field(default=None, description="Of the subscription; none in a stream of Server-Sent Events")
    tags: list[LiveTag]


class ActiveFault(Answered):
    """A fault that acts at this simulated time."""

    number: int
    tag: str
    kind: str


class LiveSimulation(Answered):
    """A simulation as it stands now."""

    status: State
    simulation_time: float
    source_time: int | None = Field(description="Milliseconds since 1970 UTC")
    speed: float | Literal["max"]
    tick: int
    overruns: int
    remaining: float | None
    faults: list[ActiveFault]


class Data(Answered):
    """What changed since the last such message; a sign of life each second when nothing did."""

    op: Literal["data"]
    seq: int
    time: int = Field(description="Milliseconds since 1970 UTC")
    v: dict[str, float | None] = Field(description="Values by handle; null where Bad")
    q: dict[str, str] | None = Field(default=None, description="Qualities by handle where not Good")
    s: dict[str, LiveSimulation] | None = Field(default=None, description="Simulations by SimID")


class Lifecycle(Answered):
    """A simulation came, changed or ended."""

    kind: Literal["lifecycle"]
    sim_id: str
    model_id: str
    status: State
    cause: str | None
    version: int
    time: str


class Deleted(Answered):
    """A simulation is forgotten."""

    kind: Literal["deleted"]
    sim_id: str
    status: None
    cause: None
    time: str


class Alarm(Answered):
    """Something happened to an alarm."""

    kind: Literal["alarm"]
    sim_id: str
    transition: str
    message: str
    time: str
    alarm: AlarmAnswer


class EventMessage(Answered):
    """An event; never conflated, numbered without gaps unless a simulation may not be seen."""

    op: Literal["event"]
    n: int
    event: Lifecycle | Deleted | Alarm


class Resumed(Answered):
    """The answer to `resume`, or to a Last-Event-ID; the missed events follow."""

    op: Literal["resumed"]
    complete: bool = Field(description="False: too long ago or another stream; read the lists by REST again")
    missed: int


class ErrorMessage(Answered):
    """The subscription was refused and nothing changed."""

    op: Literal["error"]
    id: int
    problem: dict[str, Any] = Field(description="RFC 9457, as REST tells it")


class Pong(Answered):
    """The answer to `ping`."""

    op: Literal["pong"]


FROM_CLIENT = (Sub, Unsub, Ping, Resume)
FROM_SERVER = (Hello, Meta, Data, EventMessage, Resumed, ErrorMessage, Pong)
