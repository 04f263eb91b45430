"""The shapes of snapshots, branches and of what moves a life's end."""

from typing import Annotated

from pydantic import ConfigDict, Field

from connections.snapshotting import LONGEST_NAME, NAME
from engine_api.schemas import (
    SIM_ID_EXAMPLE,
    Answered,
    Asked,
    Machine,
    Name,
    SpeedIn,
    Time,
)

LONGEST = 1e9
"""Seconds in one request, about 30 years: more is a mistake, and no date."""
SnapshotName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=NAME, examples=["before-the-step"])]


class SnapshotBody(Asked):
    """What to call the state as it is now."""

    name: SnapshotName


class BacktrackBody(Asked):
    """How far to go back: to a simulated time, or by some seconds on the clock."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"seconds": 120}]})

    simulation_time: float | None = Field(default=None, ge=0, description="Simulated seconds", examples=[600])
    seconds: float | None = Field(
        default=None, ge=0, le=LONGEST, description="Seconds of wall time ago", examples=[120]
    )


class BranchBody(Asked):
    """Where the new simulation begins: at a snapshot, or as the simulation is now."""

    snapshot: SnapshotName | None = None
    name: Name | None = None
    speed: SpeedIn | None = Field(default=None, description="As the simulation's by default", examples=[1])
    duration: float | None = Field(default=None, description="Simulated seconds, from the first start on")
    machine: Machine | None = Field(default=None, description="Run on this machine")
    wait: bool = Field(default=False, description="Wait in the queue when every slot is in use")


class AdvanceBody(Asked):
    """By how much a paused simulation moves on at once."""

    seconds: float = Field(gt=0, le=LONGEST, description="Simulated seconds; whole steps are made", examples=[60])


class ExtendBody(Asked):
    """How much longer it may live: seconds of wall time more, or another number of simulated seconds in all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"seconds": 3600}]})

    seconds: float | None = Field(default=None, gt=0, description="Wall seconds more", examples=[3600])
    duration: float | None = Field(default=None, gt=0, description="Simulated seconds in all", examples=[172800])


class SnapshotAnswer(Answered):
    """A state that a simulation can go back to, or another one can begin with."""

    sim_id: str = Field(examples=[SIM_ID_EXAMPLE])
    name: str = Field(examples=["before-the-step"])
    kind: str = Field(description="named or backtrack", examples=["named"])
    user: str = Field(description="Who took it", examples=["engineer"])
    time: Time
    simulation_time: float = Field(description="Simulated seconds", examples=[600])
    tick: int = Field(examples=[600])


class SnapshotsAnswer(Answered):
    """All of one simulation, oldest first."""

    sim_id: str = Field(examples=[SIM_ID_EXAMPLE])
    snapshots: list[SnapshotAnswer]
