"""A simulation as the address space sees it, and what its variables say besides the tags."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asyncua import ua

from connections.record import Record
from opcua_server.members import Template
from opcua_server.names import standard
from opcua_server.tags import Block
from plant.lifecycle import ALIVE, ENDED, HOSTED, State


@dataclass(slots=True, eq=False)
class Live:
    """One simulation in the address space: its record, its rows of the value table and its template."""

    record: Record
    block: Block
    template: Template
    program: str = field(init=False)
    """The state of its program, as it was told last."""
    came_from: str = ""
    moved_at: datetime | None = None

    def __post_init__(self) -> None:
        self.program = program_state(self)[0]

    def take(self, record: Record) -> bool:
        """Show a newer record; whether its program is in another state from now on: that is the last transition."""
        self.record = record
        before, self.program = self.program, program_state(self)[0]
        if self.program == before:
            return False
        self.came_from, self.moved_at = before, datetime.now(UTC)
        return True

    @property
    def state(self) -> State:
        """The record's state; where the record is behind (not begun yet, not ended yet), what the frames say."""
        frame, status = self.block.frame, self.record.status
        if frame is None or status in ENDED or frame.epoch < self.record.epoch:
            return status
        return frame.state if frame.state in ENDED or status not in HOSTED else status

    @property
    def values(self) -> list[float]:
        """The last values of the frames, or the nominal ones before the first."""
        frame = self.block.frame
        return [tag.nominal for tag in self.template.model.tags] if frame is None else frame.values.tolist()


def _speed(live: Live) -> float:
    frame = live.block.frame
    return live.record.speed if frame is None or not live.record.alive else frame.speed


def _simulation_time(live: Live) -> float:
    frame = live.block.frame
    return live.record.simulation_time if frame is None else frame.sim_time


def _remaining(live: Live) -> float:
    """Wall seconds until the simulation ends: by its own duration or by the end of its life; 0 when it has ended."""
    record, speed = live.record, _speed(live)
    if live.state not in ALIVE:
        return 0.0
    simulated = max(0.0, record.duration - _simulation_time(live)) / speed if math.isfinite(speed) else 0.0
    life = math.inf if record.ends_at is None else (record.ends_at - datetime.now(UTC)).total_seconds()
    return max(0.0, min(simulated, life))


_PROGRAM_STATES: Mapping[State, tuple[str, int]] = {
    State.PENDING: ("Ready", ua.ObjectIds.ProgramStateMachineType_Ready),
    State.QUEUED: ("Ready", ua.ObjectIds.ProgramStateMachineType_Ready),
    State.RUNNING: ("Running", ua.ObjectIds.ProgramStateMachineType_Running),
    State.PAUSED: ("Suspended", ua.ObjectIds.ProgramStateMachineType_Suspended),
}
_HALTED = ("Halted", ua.ObjectIds.ProgramStateMachineType_Halted)


def program_state(live: Live) -> tuple[str, int]:
    """The state of a simulation as a Program (OPC 10000-10): its name and its number in the standard."""
    return _PROGRAM_STATES.get(live.state, _HALTED)


_FIRST_FROM: Mapping[str, str] = {"Running": "Ready", "Suspended": "Running", "Halted": "Running"}
"""Where a program came from that was already there when this process began."""
_TRANSITIONS = (
    "HaltedToReady", "ReadyToRunning", "RunningToHalted", "RunningToReady", "RunningToSuspended",
    "SuspendedToRunning", "SuspendedToHalted", "SuspendedToReady", "ReadyToHalted",
)  # fmt: skip
"""In the order of their numbers, from 1 (OPC 10000-10 table 11)."""


def transition(live: Live) -> str | None:
    """The last transition; none before the first."""
    state = program_state(live)[0]
    for before in (live.came_from, _FIRST_FROM.get(state)):
        if f"{before}To{state}" in _TRANSITIONS:
            return f"{before}To{state}"
    return None


def program_node(name: str) -> ua.NodeId:
    """The node of the standard that is a state or a transition of programs."""
    return standard(int(getattr(ua.ObjectIds, f"ProgramStateMachineType_{name}")))


def _of_transition(what: Callable[[str], Any]) -> Callable[[Live], Any]:
    def compute(live: Live) -> Any:
        name = transition(live)
        return None if name is None else what(name)

    return compute


_STATE_NUMBERS = ("Ready", "Running", "Suspended", "Halted")
VARIABLES: Mapping[str, Callable[[Live], Any]] = {
    "Status": lambda live: str(live.state),
    "SimulationTime": _simulation_time,
    "Speed": _speed,
    "SampleTime": lambda live: live.record.sample_time,
    "StartTime": lambda live: live.record.started_at,
    "EndTime": lambda live: live.record.ended_at or live.record.ends_at,
    "RemainingTime": _remaining,
    "Machine": lambda live: live.record.machine or "",
    "Epoch": lambda live: live.record.epoch,
    "Overruns": lambda live: live.record.overruns if live.block.frame is None else int(live.block.frame.overruns),
    "LastError": lambda live: live.record.cause or "",
    "CurrentState": lambda live: ua.LocalizedText(program_state(live)[0], "en"),
    "CurrentState.Id": lambda live: standard(program_state(live)[1]),
    "CurrentState.Name": lambda live: ua.QualifiedName(program_state(live)[0]),
    "CurrentState.Number": lambda live: 1 + _STATE_NUMBERS.index(program_state(live)[0]),
    "LastTransition": _of_transition(lambda name: ua.LocalizedText(name, "en")),
    "LastTransition.Id": _of_transition(program_node),
    "LastTransition.Number": _of_transition(lambda name: 1 + _TRANSITIONS.index(name)),
    "LastTransition.TransitionTime": lambda live: live.moved_at or live.record.started_at,
    "Deletable": lambda _: False,
    "AutoDelete": lambda _: False,
    "RecycleCount": lambda _: 0,
}
