"""A simulation's record: what the store knows about it, whatever runs or does not run."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from plant.lifecycle import ALIVE, State
from plant.ownership import Sharing
from plant.pace import CATCH_UP

TIMES = ("created_at", "updated_at", "started_at", "ended_at", "ends_at")


@dataclass(frozen=True, slots=True)
class Record:
    """One simulation.

    `number` is its integer id (run API); `speed` is a factor, infinite for as fast as possible; `duration` is in
    simulated seconds; `ends_at` is the wall time at which its life ends in any case; `simulation_time` and `tick`
    are what the worker last reported; `machine` is where it was pinned or where it runs; `start` is the name of its
    start state; `planned` are the words of the faults that it starts with, `faults` of those there are now;
    `owner` is the name of the user whose it is (None: started without a name), `sharing` what others may do with it;
    `stall` and `resume` say what happens with lost time (plant.pace); `idle` are the seconds of wall time without an
    action after which it ends; `isolated` has a process of its own; `origin` tells of which snapshot it is a branch.
    """

    sim_id: str
    number: int
    model_id: str
    name: str
    status: State
    version: int
    epoch: int
    attempts: int
    speed: float
    sample_time: float
    duration: float
    seed: int
    created_at: datetime
    updated_at: datetime
    inputs: dict[str, float] = field(default_factory=dict)
    machine: str | None = None
    worker: str | None = None
    cause: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ends_at: datetime | None = None
    simulation_time: float = 0.0
    tick: int = 0
    overruns: int = 0
    start: str = ""
    planned: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    owner: str | None = None
    sharing: str = Sharing.OPEN
    stall: str = CATCH_UP
    resume: str = CATCH_UP
    idle: float | None = None
    isolated: bool = False
    origin: str | None = None

    @property
    def alive(self) -> bool:
        """Whether its life has not ended."""
        return self.status in ALIVE

    @property
    def node_id(self) -> str:
        """The NodeId of its OPC UA object."""
        return f"ns=2;s={self.sim_id}"

    def message(self) -> dict[str, Any]:
        """The record as JSON data for the events stream (times in ISO 8601, infinite speed as `max`)."""
        content = {name: getattr(self, name) for name in self.__slots__}
        content["status"] = str(self.status)
        content["speed"] = "max" if self.speed == float("inf") else self.speed
        return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in content.items()}

    @classmethod
    def from_message(cls, message: dict[str, Any]) -> "Record":
        """The record that `message` came from."""
        content = dict(message)
        content["status"] = State(content["status"])
        content["speed"] = float("inf") if content["speed"] == "max" else content["speed"]
        for name in TIMES:
            if content[name] is not None:
                content[name] = datetime.fromisoformat(content[name])
        return cls(**content)


def now() -> datetime:
    """The present wall time, aware, in UTC."""
    return datetime.now(UTC)
