"""All values of a simulation at one moment, from a REST answer or from the messages of the live socket."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from process_dynamics_engine.answers import ENDED, Value, Values
from process_dynamics_engine.call import refused
from process_dynamics_engine.errors import BadAnswer, EngineError, SimulationEnded

CODES: Mapping[str, int] = {
    "Good": 0x00000000,
    "UncertainLastUsableValue": 0x40900000,
    "UncertainInitialValue": 0x40920000,
    "UncertainSensorNotAccurate": 0x40930000,
    "BadOutOfRange": 0x803C0000,
    "BadNoCommunication": 0x80310000,
    "BadWaitingForInitialData": 0x80320000,
    "BadSensorFailure": 0x808C0000,
    "BadDeviceFailure": 0x808B0000,
    "BadOutOfService": 0x808D0000,
    "BadDataLost": 0x809D0000,
}


@dataclass(frozen=True, slots=True)
class Snapshot(Mapping[str, float]):
    """A mapping of tag to number, NaN where the quality is Bad, so that no comparison with a Bad value is true.

    `tags` holds each value with its quality; `status` is that of the simulation.
    """

    sim_id: str
    status: str
    simulation_time: float
    source_time: datetime | None
    tags: Mapping[str, Value] = field(repr=False)

    def __getitem__(self, tag: str) -> float:
        try:
            value = self.tags[tag].value
        except KeyError:
            raise KeyError(f"{self.sim_id} has no tag '{tag}'") from None
        return math.nan if value is None else value

    def __iter__(self) -> Iterator[str]:
        return iter(self.tags)

    def __len__(self) -> int:
        return len(self.tags)

    @property
    def ended(self) -> bool:
        """Whether the life of the simulation is over."""
        return self.status in ENDED

    @property
    def begun(self) -> bool:
        """Whether there is a first sample."""
        return self.source_time is not None


def of_values(values: Values) -> Snapshot:
    """What REST answered."""
    tags = {value.tag: value for value in values.tags}
    return Snapshot(values.sim_id, values.status, values.simulation_time, values.source_time, tags)


class LiveView:
    """Follows the live messages about one simulation."""

    def __init__(self, sim_id: str) -> None:
        self._sim_id = sim_id
        self._meta: dict[str, dict[str, Any]] = {}
        self._values: dict[str, tuple[dict[str, Any], float | None, str]] = {}
        self._state: dict[str, Any] | None = None
        self._time: datetime | None = None

    def request(self, rate: float) -> dict[str, Any]:
        """The subscription to all tags, at most once in `rate` seconds."""
        return {"op": "sub", "id": 1, "tags": [f"{self._sim_id}.*"], "rate_ms": round(rate * 1000)}

    def take(self, message: Mapping[str, Any]) -> Snapshot | None:
        """What is known after a message; None before the first values. Raises what the engine answers, BadAnswer."""
        try:
            return self._taken(message)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise BadAnswer(f"a live message can't be understood: {str(message)[:80]}") from None

    def _taken(self, message: Mapping[str, Any]) -> Snapshot | None:
        match message["op"]:
            case "error":
                raise _error(message["problem"])
            case "meta":
                self._meta = {str(tag["h"]): tag for tag in message["tags"]}
            case "event" if message["event"].get("sim_id") == self._sim_id:
                self._ended(message["event"])
            case "data":
                self._update(message)
        return self._snapshot() if message["op"] in {"data", "event"} else None

    def _ended(self, event: Mapping[str, Any]) -> None:
        if event["kind"] != "lifecycle" or self._state is None:
            return
        if event["status"] == "deleted":
            raise SimulationEnded(f"{self._sim_id} was deleted")
        self._state = {**self._state, "status": event["status"]}

    def _update(self, message: Mapping[str, Any]) -> None:
        self._state = message.get("s", {}).get(self._sim_id, self._state)
        if self._state is None:
            return
        self._time = _moment(self._state["source_time"])
        for handle, value in message["v"].items():
            self._put(handle, value, message.get("q", {}).get(handle, "Good"))

    def _put(self, handle: str, value: float | None, quality: str) -> None:
        self._values[self._meta[handle]["tag"].removeprefix(f"{self._sim_id}.")] = (self._meta[handle], value, quality)

    def _snapshot(self) -> Snapshot | None:
        if self._state is None:
            return None
        simulated = self._state["simulation_time"]
        tags = {tag: _value(tag, self._time, simulated, *known) for tag, known in self._values.items()}
        return Snapshot(self._sim_id, self._state["status"], simulated, self._time, tags)


def _value(
    tag: str, time: datetime | None, simulated: float, meta: Mapping[str, Any], value: float | None, quality: str
) -> Value:
    states = meta["states"]
    text = states[int(value)] if states and value is not None and 0 <= value < len(states) else None
    code = CODES.get(quality, 0x80000000 if value is None else 0x40000000)
    return Value(tag, value, meta["unit"], quality, code, time, simulated, text)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _error(problem: Mapping[str, Any]) -> EngineError:
    return refused(int(problem["status"]), {}, problem)
