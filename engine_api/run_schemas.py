"""The shapes of the run API: a run is a simulation with an integer id."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, model_validator

from connections.start import HIGHEST_NUMBER
from engine_api.schemas import Answered, Asked, FaultBody, Name, Seed, SpeedIn, StartName, Time, Value
from plant.faults_check import MOST_FAULTS
from plant.lifecycle import State
from plant.pace import UNLIMITED


def _date(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("takes a date and time in ISO 8601") from None
    return text


def _status(text: str) -> str:
    if text not in list(State):
        raise ValueError(f"is none of {', '.join(State)}")
    return text


def _machine(machine: int | str) -> int | str:
    if isinstance(machine, int) and not 0 <= machine <= HIGHEST_NUMBER:
        raise ValueError(f"takes a number in 0..{HIGHEST_NUMBER} or a name")
    if isinstance(machine, str) and not (machine.isprintable() and 0 < len(machine.strip()) <= 100):
        raise ValueError("takes a number, or a name of 1 to 100 printable characters")
    return machine


Number = Annotated[int, Field(ge=1, le=HIGHEST_NUMBER, examples=[1])]
MachineId = Annotated[int | str, AfterValidator(_machine), Field(examples=[101])]
Date = Annotated[str, Field(max_length=40, examples=["2026-11-21T05:20:00Z"]), AfterValidator(_date)]


class MachineBody(Asked):
    """A machine that a run names; registered when it is new."""

    machine_id: MachineId
    name: Name


_EXAMPLE: dict[str, JsonValue] = {
    "simulation_id": 1, "name": "First run", "machine_id": 101, "status": "pending",
    "creation_date": "2026-11-21T05:20:00Z", "update_date": "2026-11-21T05:20:00Z",
    "machine": {"machine_id": 101, "name": "Machine 101"},
}  # fmt: skip


class RunBody(Asked):
    """A run to compute. The engine keeps its own status and dates: those given are checked and not taken over."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    simulation_id: Number
    name: Name
    machine_id: MachineId
    status: Annotated[str, AfterValidator(_status), Field(examples=["pending"])] = "pending"
    creation_date: Date | None = None
    update_date: Date | None = None
    machine: MachineBody | None = None
    model_id: str = Field(default="wood-berry", max_length=100, examples=["wood-berry"])
    duration: float | None = Field(default=None, description="Simulated seconds; 24 h by default", examples=[7200])
    speed: SpeedIn = Field(default=UNLIMITED, description="As fast as possible by default")
    start: StartName | None = None
    seed: Seed | None = None
    inputs: dict[str, Value] = Field(default={}, examples=[{"reflux_flow": 2.1}])
    faults: list[FaultBody] = Field(default=[], max_length=MOST_FAULTS, description="Planned faults", examples=[[]])

    @model_validator(mode="after")
    def _one_machine(self) -> "RunBody":
        if self.machine is not None and self.machine.machine_id != self.machine_id:
            raise ValueError(f"names two machines: {self.machine_id} and {self.machine.machine_id}")
        return self


class RunAnswer(Answered):
    """One run."""

    simulation_id: int = Field(examples=[1])
    name: str = Field(examples=["First run"])
    machine_id: int | str | None = Field(examples=[101])
    status: str = Field(examples=["finished"])
    creation_date: Time
    update_date: Time


class RunStarted(Answered):
    """The run that was stored, and how it stands."""

    id: int = Field(examples=[1])
    status: str = Field(examples=["pending"])


class LossAnswer(Answered):
    """Distance from the steady state, as a share of the outputs' ranges, at simulated seconds."""

    seconds: float = Field(examples=[60])
    loss: float = Field(examples=[0.031])


class ConvergenceAnswer(Answered):
    """How a run converges."""

    data: list[LossAnswer]
