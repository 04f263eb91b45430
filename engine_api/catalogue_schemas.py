"""The shapes of models and of the system."""

from typing import Literal

from pydantic import Field

from engine_api.schemas import Answered, Next, Time, Total


class TagDescription(Answered):
    """One declared tag."""

    name: str = Field(examples=["reflux_flow"])
    role: str = Field(examples=["input"])
    unit: str = Field(examples=["lb/min"])
    low: float = Field(examples=[0])
    high: float = Field(examples=[4])
    nominal: float = Field(examples=[1.95])
    description: str = Field(examples=["Reflux returned to the top of the column"])
    label: str = Field(examples=["FIC_R"])
    digits: int = Field(examples=[3])
    writable: bool
    limits: dict[str, float] = Field(
        description="Alarm limits: high_high, high, low, low_low, as far as there are such", examples=[{"low": 95.5}]
    )
    states: list[str] = Field(examples=[[]])


class LoopDescription(Answered):
    """One controller of the model; `controlled` and `manipulated` are tags."""

    controlled: str = Field(examples=["distillate_methanol"])
    manipulated: str = Field(examples=["reflux_flow"])
    gain: float = Field(examples=[0.2])
    integral_time: float = Field(examples=[240])
    source: str = Field(examples=["Wood and Berry (1973)"])
    derivative_time: float
    form: Literal["positional", "velocity"]
    period: float = Field(description="Seconds between two executions; 0: every step")
    tracks: bool = Field(description="Whether the setpoint follows the measurement in manual")
    label: str = Field(examples=["AIC_D"])


class InterlockDescription(Answered):
    """One interlock: `watched` beyond `limit` forces inputs; the tag `name` shows it."""

    name: str = Field(examples=["high_temperature_trip"])
    description: str = Field(examples=["Shuts the feed when the reactor is too hot"])
    watched: str = Field(examples=["reactor_temperature"])
    limit: float = Field(examples=[400])
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
    description: str = Field(examples=["The published steady state"])
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
    name: str = Field(examples=["Wood-Berry distillation column"])
    description: str = Field(examples=["Methanol and water, two inputs, two outputs, dead times"])
    sources: list[str] = Field(examples=[["R. K. Wood and M. W. Berry, Chem. Eng. Sci. 28 (1973) 1707"]])
    time_unit: str = Field(description="Of the published equations; everything here is in seconds", examples=["min"])
    sample_time: float = Field(examples=[1])
    tags: list[TagDescription]
    loops: list[LoopDescription]
    interlocks: list[InterlockDescription]
    starts: list[StartDescription] = Field(description="The first one is the default")
    exercises: list[str] = Field(examples=[["Find the pairing of inputs and outputs"]])
    documentation: str = Field(description="Equations, figures and sources, as text", examples=["# Equations ..."])
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

    version: str = Field(examples=["0.1.0"])
    capacity: int = Field(description="Slots of all living workers")
    running: int
    queued: int
    opcua_endpoint: str | None
    grafana_url: str | None
    machines: list[MachineAnswer]
