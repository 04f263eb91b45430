"""The shapes of models and of the system."""

from typing import Literal

from pydantic import Field

from engine_api.schemas import Answered, Next, Time, Total


class TagDescription(Answered):
    """One declared tag."""

    name: str = Field(examples=["reflux_flow"])
    role: str = Field(examples=["input"])
    unit: str = Field(examples=["lb/min"])
    low: float
    high: float
    nominal: float
    description: str
    label: str
    digits: int
    writable: bool
    limits: dict[str, float] = Field(
        description="Alarm limits: high_high, high, low, low_low, as far as there are such", examples=[{"low": 95.5}]
    )
    states: list[str]


class LoopDescription(Answered):
    """One controller of the model; `controlled` and `manipulated` are tags."""

    controlled: str
    manipulated: str
    gain: float
    integral_time: float
    source: str
    derivative_time: float
    form: Literal["positional", "velocity"]
    period: float = Field(description="Seconds between two executions; 0: every step")
    tracks: bool = Field(description="Whether the setpoint follows the measurement in manual")
    label: str


class InterlockDescription(Answered):
    """One interlock: `watched` beyond `limit` forces inputs; the tag `name` shows it."""

    name: str
    description: str
    watched: str
    limit: float
    side: Literal["high", "low"]
    forces: dict[str, float]
    release: float | None = Field(description="Where it ends by itself; null: when it is reset")
    returns: dict[str, float] = Field(description="What inputs get when it ends")
    armed_by: str | None = Field(
        description="The loop that has to be in automatic or the `<name>_mode` switch that has to be on"
    )


class StartDescription(Answered):
    """One start state: what differs from the nominal inputs."""

    name: str = Field(examples=["steady"])
    description: str
    inputs: dict[str, float]


class ModelLinks(Answered):
    """Where to go on from a model."""

    self: str = Field(examples=["/api/models/wood-berry"])
    start: str = Field(examples=["/api/models/wood-berry/start"])
    nodeset: str = Field(examples=["/api/models/wood-berry/nodeset"])
    documentation: str = Field(examples=["/api/models/wood-berry/documentation"])


class ModelAnswer(Answered):
    """One model with its tags and loops."""

    id: str = Field(examples=["wood-berry"])
    kind: str = Field(examples=["continuous"])
    name: str
    description: str
    sources: list[str]
    time_unit: str = Field(description="Of the published equations; everything here is in seconds")
    sample_time: float
    tags: list[TagDescription]
    loops: list[LoopDescription]
    interlocks: list[InterlockDescription]
    starts: list[StartDescription] = Field(description="The first one is the default")
    exercises: list[str]
    documentation: str = Field(description="Equations, figures and sources, as text")
    links: ModelLinks
    running: int = Field(description="Its simulations whose life has not ended")


class ModelsAnswer(Answered):
    """Models."""

    models: list[ModelAnswer]
    total: Total
    next: Next


MachineState = Literal["in_service", "draining", "drained", "away"]


class MachineAnswer(Answered):
    """A machine and what its workers report; zeros and null without a living worker."""

    machine_id: int | str = Field(examples=[101])
    name: str = Field(examples=["Machine 101"])
    cores: int
    slots: int
    hosted: int = Field(description="Simulations that its workers run")
    workers: int
    load: float = Field(description="Load average of the last minute")
    heartbeat: Time | None
    state: MachineState = Field(description="`draining` takes no new simulations; `away` has no living worker")
    version: int = Field(description="Also the ETag", examples=[1])


class SystemAnswer(Answered):
    """The engine at a glance."""

    version: str
    capacity: int = Field(description="Slots of all living workers")
    running: int
    queued: int
    opcua_endpoint: str | None
    grafana_url: str | None
    machines: list[MachineAnswer]
