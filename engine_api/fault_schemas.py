"""The shapes of faults as they stand."""

from pydantic import Field

from engine_api.schemas import SIM_ID_EXAMPLE, Answered
from plant.faults import INTERVAL


class FaultAnswer(Answered):
    """One fault and how it stands."""

    number: int = Field(description="Its id within the simulation", examples=[4])
    tag: str = Field(examples=["distillate_methanol"])
    kind: str = Field(examples=["bias"])
    size: float = Field(examples=[0.5])
    start: float | None = Field(description="Simulated seconds; null until the worker has taken it", examples=[600])
    ramp: float = Field(examples=[0])
    duration: float | None = Field(description="null: until it is cleared", examples=[300])
    interval: float = Field(examples=[INTERVAL])
    stage: str = Field(description="accepted, scheduled, active or ended", examples=["active"])
    quality: str = Field(description="Of the tag while it acts", examples=["Good"])


class FaultsAnswer(Answered):
    """All faults of a simulation."""

    sim_id: str = Field(examples=[SIM_ID_EXAMPLE])
    simulation_time: float = Field(examples=[12])
    faults: list[FaultAnswer]
