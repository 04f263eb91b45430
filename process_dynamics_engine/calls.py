"""Every request that the client makes, one function for each: the whole of what it knows about the REST interface."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import NoneType
from typing import Any
from uuid import uuid4

from process_dynamics_engine.answers import (
    Accepted,
    Actions,
    Alarms,
    Convergence,
    Fault,
    Faults,
    Model,
    Models,
    Ordered,
    Record,
    Records,
    SavedState,
    SavedStates,
    Sharing,
    Speed,
    System,
    Value,
    Values,
)
from process_dynamics_engine.call import Call
from process_dynamics_engine.history import Axis, HistoryPage

Setting = float | int | str
"""A number, or a text of a discrete tag."""
Moment = float | int | datetime
"""A bound of a range: simulated seconds, or a time on the axis `wall`."""
SIM = "/api/sims/{sim_id}"
MOST_POINTS = 20_000


@dataclass(frozen=True, slots=True)
class Start:
    """How a simulation is to start; None is the default of the model or the engine."""

    name: str | None = None
    start: str | None = None
    inputs: Mapping[str, Setting] = field(default_factory=dict)
    speed: Speed = 1.0
    duration: float | None = None
    sample_time: float | None = None
    seed: int | None = None
    machine: str | None = None
    faults: Sequence[Mapping[str, Any]] = ()
    queue: bool = False
    sharing: Sharing | None = None

    def body(self) -> dict[str, Any]:
        """As the engine takes it."""
        asked: dict[str, Any] = {
            "name": self.name, "start": self.start, "inputs": dict(self.inputs), "speed": speed_word(self.speed),
            "duration": self.duration, "sample_time": self.sample_time, "seed": self.seed, "machine": self.machine,
            "faults": [dict(fault) for fault in self.faults], "sharing": self.sharing,
        }  # fmt: skip
        given = {key: value for key, value in asked.items() if value not in (None, {}, [])}
        return given | {"wait": True} if self.queue else given


def speed_word(speed: Speed) -> Speed:
    """Infinity is another name of `max`."""
    return "max" if isinstance(speed, float) and math.isinf(speed) and speed > 0 else speed


def _once() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


def system() -> Call[System]:
    """The engine at a glance."""
    return Call("GET", "/api/system", System)


def models() -> Call[Models]:
    """All models."""
    return Call("GET", "/api/models/", Models)


def model(model_id: str) -> Call[Model]:
    """One model."""
    return Call("GET", "/api/models/{model_id}", Model, {"model_id": model_id})


def start(model_id: str, how: Start) -> Call[Record]:
    """Start a simulation, once however often it is sent."""
    names = {"model_id": model_id}
    return Call("POST", "/api/models/{model_id}/start", Record, names, body=how.body(), headers=_once())


def simulations() -> Call[Records]:
    """All simulations."""
    return Call("GET", "/api/sims/all", Records)


def simulation(sim_id: str) -> Call[Record]:
    """One simulation."""
    return Call("GET", SIM, Record, {"sim_id": sim_id})


def end(sim_id: str) -> Call[Record]:
    """Stop it; one that has ended is left as it is."""
    return Call("DELETE", SIM, Record, {"sim_id": sim_id})


def command(sim_id: str, path: str, **body: Any) -> Call[Record]:
    """A command of the lifecycle."""
    return Call("POST", f"{SIM}/{path}", Record, {"sim_id": sim_id}, body=body)


def values(sim_id: str) -> Call[Values]:
    """All tags now."""
    return Call("GET", f"{SIM}/all", Values, {"sim_id": sim_id})


def value(sim_id: str, tag: str) -> Call[Value]:
    """One tag now."""
    return Call("GET", f"{SIM}/{{tag}}", Value, {"sim_id": sim_id, "tag": tag})


def act(sim_id: str, settings: Mapping[str, Setting]) -> Call[Accepted]:
    """Control actions, all or nothing, once however often they are sent."""
    actions = [{"tag": tag, "value": setting} for tag, setting in settings.items()]
    return Call(
        "POST", f"{SIM}/actions", Accepted, {"sim_id": sim_id}, body={"actions": actions}, headers=_once()
    )  # fmt: skip


def actions(sim_id: str, limit: int) -> Call[Actions]:
    """Who did what, newest first."""
    return Call("GET", f"{SIM}/actions", Actions, {"sim_id": sim_id}, {"limit": limit})


def history(
    sim_id: str, tags: Sequence[str] | None, start: Moment | None, end: Moment | None, points: int, axis: Axis
) -> Call[HistoryPage]:
    """Recorded values with start <= time < end."""
    asked = {"tags": ",".join(tags) if tags else None, "start": _bound(start, axis), "end": _bound(end, axis)}
    query = {key: text for key, text in asked.items() if text is not None}
    return Call("GET", f"{SIM}/history", HistoryPage, {"sim_id": sim_id}, {**query, "points": points, "axis": axis})


def _bound(moment: Moment | None, axis: Axis) -> str | None:
    if moment is None:
        return None
    if isinstance(moment, datetime):
        if axis != "wall":
            raise TypeError("a date and time is a bound on the axis 'wall', simulated seconds on 'simulation'")
        return moment.astimezone(UTC).isoformat()
    return repr(float(moment) * 1000) if axis == "wall" else repr(float(moment))


def faults(sim_id: str) -> Call[Faults]:
    """All faults."""
    return Call("GET", f"{SIM}/faults", Faults, {"sim_id": sim_id})


def inject(sim_id: str, fault: Mapping[str, Any]) -> Call[Fault]:
    """A fault, once however often it is sent."""
    given = {key: value for key, value in fault.items() if value is not None}
    return Call("POST", f"{SIM}/faults", Fault, {"sim_id": sim_id}, body=given, headers=_once())


def clear(sim_id: str, number: int | None) -> Call[Faults]:
    """End one fault, or all."""
    if number is None:
        return Call("DELETE", f"{SIM}/faults", Faults, {"sim_id": sim_id})
    return Call("DELETE", f"{SIM}/faults/{{number}}", Faults, {"sim_id": sim_id, "number": number})


def saved(sim_id: str) -> Call[SavedStates]:
    """All saved states."""
    return Call("GET", f"{SIM}/snapshots", SavedStates, {"sim_id": sim_id})


def save(sim_id: str, name: str) -> Call[SavedState]:
    """Keep the state as it is now."""
    return Call("POST", f"{SIM}/snapshots", SavedState, {"sim_id": sim_id}, body={"name": name})


def forget(sim_id: str, name: str) -> Call[None]:
    """Keep a state no longer."""
    return Call("DELETE", f"{SIM}/snapshots/{{name}}", NoneType, {"sim_id": sim_id, "name": name})


def restore(sim_id: str, name: str) -> Call[Record]:
    """Go back to a saved state."""
    return Call("POST", f"{SIM}/snapshots/{{name}}/restore", Record, {"sim_id": sim_id, "name": name})


def branch(sim_id: str, **body: Any) -> Call[Record]:
    """Another simulation that begins where this one is, or was."""
    given = {key: value for key, value in body.items() if value is not None}
    return Call("POST", f"{SIM}/branch", Record, {"sim_id": sim_id}, body=given)


def alarms(sim_id: str | None = None) -> Call[Alarms]:
    """The alarm list of all simulations, or every alarm of one."""
    if sim_id is None:
        return Call("GET", "/api/alarms", Alarms)
    return Call("GET", f"{SIM}/alarms", Alarms, {"sim_id": sim_id})


def order(sim_id: str, alarm: str, what: str, **body: Any) -> Call[Ordered]:
    """An operator's order to an alarm."""
    given = {key: value for key, value in body.items() if value is not None}
    return Call("POST", f"{SIM}/alarms/{{alarm}}/{what}", Ordered, {"sim_id": sim_id, "alarm": alarm}, body=given)


def convergence(number: int) -> Call[Convergence]:
    """How a simulation approaches its steady state."""
    return Call("GET", "/converge/{simulation_id}", Convergence, {"simulation_id": number})
