"""What the engine answers: frozen, with the names of its REST interface. Times are UTC, durations seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from process_dynamics_engine.errors import BadQuality

Speed = float | Literal["max"]
"""A factor of real time, or as fast as possible."""
Sharing = Literal["private", "shared", "open"]
"""What others may do with a simulation: nothing, look, or move it too."""
ENDED = frozenset({"finished", "stopped", "failed", "timed_out"})
STATUSES = ("pending", "queued", "running", "paused", "finished", "stopped", "failed", "timed_out")


@dataclass(frozen=True, slots=True)
class Value:
    """One tag now. `value` is None while the quality is Bad; `text` is the state of a discrete tag."""

    tag: str
    value: float | None
    unit: str
    quality: str
    status_code: int
    source_time: datetime | None
    simulation_time: float
    text: str | None = None

    @property
    def good(self) -> bool:
        """Whether it is fresh and trusted."""
        return self.status_code < 0x40000000

    def __float__(self) -> float:
        """The number, Good or Uncertain. Raises BadQuality."""
        if self.value is None:
            raise BadQuality(f"{self.tag} is {self.quality}: it has no value that may be used")
        return self.value

    def __str__(self) -> str:
        shown = "-" if self.value is None else self.text or f"{self.value:.6g}"
        words = (f"{self.tag} = {shown}", self.unit, "" if self.quality == "Good" else f"({self.quality})")
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Values:
    """All tags of a simulation now."""

    sim_id: str
    status: str
    simulation_time: float
    source_time: datetime | None
    tags: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A simulation and how it stands. `version` rises with every change of the record."""

    sim_id: str
    model_id: str
    status: str
    node_id: str
    name: str
    number: int
    version: int
    speed: Speed
    sample_time: float
    duration: float
    remaining: float | None
    start: str
    seed: int
    simulation_time: float
    tick: int
    overruns: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    updated_at: datetime
    queue_position: int | None
    cause: str | None = None
    owner: str | None = None
    sharing: Sharing = "open"
    machine: str | None = None
    worker: str | None = None

    @property
    def ended(self) -> bool:
        """Whether its life is over."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Records:
    """All simulations."""

    simulations: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A control action: its number, and the tags with the values in effect."""

    sim_id: str
    action: int
    tags: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One accepted action, command or fault: who, when, through which door."""

    action: int
    time: datetime
    simulation_time: float | None
    user: str
    door: str
    values: Mapping[str, float]
    command: str | None = None
    argument: float | None = None
    fault: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Actions:
    """Accepted actions, newest first."""

    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of an instrument, valve or supply; `stage` is accepted, scheduled, active or ended."""

    number: int
    tag: str
    kind: str
    size: float
    start: float | None
    ramp: float
    duration: float | None
    interval: float
    stage: str
    quality: str


@dataclass(frozen=True, slots=True)
class Faults:
    """All faults of a simulation."""

    sim_id: str
    simulation_time: float
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class SavedState:
    """A state that a simulation can go back to, or another one begin with; `kind` is named or backtrack."""

    sim_id: str
    name: str
    kind: str
    user: str
    time: datetime
    simulation_time: float
    tick: int


@dataclass(frozen=True, slots=True)
class SavedStates:
    """All saved states of a simulation, oldest first."""

    sim_id: str
    snapshots: tuple[SavedState, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as it stands; `level` tells which limit is passed, `retain` whether it belongs on a list."""

    sim_id: str
    model_id: str
    alarm: str
    kind: str
    tag: str | None
    level: str
    active: bool
    acknowledged: bool
    confirmed: bool
    enabled: bool
    retain: bool
    shelving: str
    severity: int
    message: str
    value: float | None
    unit: str
    quality: str
    comment: str
    user: str
    event_id: str | None
    time: datetime | None
    active_time: datetime | None
    acknowledged_time: datetime | None
    limits: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Alarms:
    """Alarms of one simulation, or of all."""

    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    """What an order to an alarm led to; `recorded` False: in effect, and recorded later."""

    alarm: Alarm
    recorded: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """One declared tag of a model; `writable` ones take values in low..high, or one of `states`."""

    name: str
    role: str
    unit: str
    low: float
    high: float
    nominal: float
    description: str
    label: str
    digits: int
    writable: bool
    limits: Mapping[str, float]
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StartState:
    """A state from which a simulation may start."""

    name: str
    description: str
    inputs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be started; the first of `starts` is the default."""

    id: str
    kind: str
    name: str
    description: str
    sources: tuple[str, ...]
    sample_time: float
    tags: tuple[Tag, ...]
    starts: tuple[StartState, ...]
    exercises: tuple[str, ...]
    documentation: str
    running: int

    def tag(self, name: str) -> Tag:
        """The tag with this name. Raises KeyError."""
        for tag in self.tags:
            if tag.name == name:
                return tag
        raise KeyError(f"{self.id} has no tag '{name}'")


@dataclass(frozen=True, slots=True)
class Models:
    """All models."""

    models: tuple[Model, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine and what its workers report."""

    machine_id: int | str
    name: str
    cores: int
    slots: int
    hosted: int
    workers: int
    load: float
    heartbeat: datetime | None


@dataclass(frozen=True, slots=True)
class System:
    """The engine at a glance; `capacity` are the slots of all living workers."""

    version: str
    capacity: int
    running: int
    queued: int
    opcua_endpoint: str | None
    grafana_url: str | None
    machines: tuple[Machine, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """Distance from the steady state, as a share of the outputs' ranges, at simulated seconds."""

    seconds: float
    loss: float


@dataclass(frozen=True, slots=True)
class Convergence:
    """How a simulation converges."""

    data: tuple[Loss, ...]
