"""What one live client has subscribed to, and what of it has changed since it was last told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connections.faults import present as present_faults
from connections.record import Record
from engine_api.live import Live
from engine_api.moments import remaining
from plant import catalog
from plant.access import Who
from plant.describe import describe_tag
from plant.errors import NoCapacity, PlantError, UnknownName
from plant.model import Model
from plant.ownership import may_see
from plant.quality import is_bad, quality_name
from plant.tags import check_all

MOST_TAGS = 10_000
FASTEST_RATE, SLOWEST_RATE = 50, 10_000


@dataclass(slots=True, eq=False)
class Watch:
    """The tags of one simulation in one subscription, by place in the model, and what was last sent of them."""

    record: Record
    places: NDArray[np.intp]
    handles: list[int]
    values: NDArray[np.float64]
    status: NDArray[np.uint32]
    seen: tuple[int, int] = (-1, -1)

    def changed(self, live: Live, update: "Update") -> None:
        """Add what has changed since the last call."""
        record = live.records.get(self.record.sim_id, self.record)
        present = live.present(record)
        if (present.changed, record.version) == self.seen:
            return
        self.seen = (present.changed, record.version)
        values, status = present.values[self.places], present.status[self.places]
        different = (status != self.status) | ((values != self.values) & ~(np.isnan(values) & np.isnan(self.values)))
        for place in np.flatnonzero(different).tolist():
            update.put(self.handles[place], float(values[place]), int(status[place]))
        self.values, self.status = values, status
        update.simulations[record.sim_id] = {
            "status": str(record.status),
            "simulation_time": present.simulation_time,
            "source_time": present.source_time and present.source_time // 1_000_000,
            "speed": "max" if record.speed == float("inf") else record.speed,
            "tick": present.tick,
            "overruns": present.overruns,
            "remaining": remaining(record, present.simulation_time),
            "faults": active(record, present.simulation_time),
        }


def active(record: Record, simulated: float) -> list[dict[str, Any]]:
    """The faults that act at this simulated time: number, tag and kind."""
    acting = [fault for fault in present_faults(record) if fault.stage(simulated) == "active"]
    return [{"number": fault.number, "tag": fault.tag, "kind": str(fault.kind)} for fault in acting]


@dataclass(slots=True)
class Update:
    """What a data message says: values (null where bad) and qualities (where not Good) by handle, simulations."""

    values: dict[str, float | None] = field(default_factory=dict)
    qualities: dict[str, str] = field(default_factory=dict)
    simulations: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, handle: int, value: float, code: int) -> None:
        """Add one tag."""
        self.values[str(handle)] = None if is_bad(code) else value
        if code:
            self.qualities[str(handle)] = quality_name(code)


@dataclass(slots=True, eq=False)
class Subscription:
    """One `sub` of a client: watches, and how often (seconds) it wants to hear."""

    watches: list[Watch]
    rate: float
    due: float = 0.0


class Subscriptions:
    """All subscriptions of one client; a tag keeps its handle for the life of the connection."""

    def __init__(self, live: Live, who: Who) -> None:
        self._live, self._who = live, who
        self._handles: dict[str, int] = {}
        self._subscriptions: dict[int, Subscription] = {}

    def add(self, number: int, tags: Sequence[str], rate_ms: int) -> list[dict[str, Any]]:
        """Subscribe, replacing the subscription of the same number; answers the metadata of its tags.

        Raises UnknownName or InvalidRequest for unknown tags and NoCapacity for too many; then nothing is changed.
        """
        wanted = self._resolve(tags)
        others = sum(len(w.handles) for n, s in self._subscriptions.items() if n != number for w in s.watches)
        if others + sum(len(places) for _, places in wanted.values()) > MOST_TAGS:
            raise NoCapacity(f"a connection may subscribe to {MOST_TAGS} tags at most")
        watches = [self._watch(record, places) for record, places in wanted.values()]
        self._subscriptions[number] = Subscription(watches, rate_ms / 1000)
        return [meta for watch in watches for meta in _meta(watch)]

    def remove(self, number: int) -> None:
        """Unsubscribe; an unknown number is none."""
        self._subscriptions.pop(number, None)

    def due_in(self, now: float) -> float | None:
        """Seconds until something may have to be sent; None without subscriptions."""
        return min((max(0.0, s.due - now) for s in self._subscriptions.values()), default=None)

    def update(self, now: float) -> Update:
        """What has changed in the subscriptions that are due at `now`."""
        update = Update()
        for subscription in self._subscriptions.values():
            if subscription.due <= now:
                subscription.due = now + subscription.rate
                for watch in subscription.watches:
                    if self._live.sees(self._who, watch.record.sim_id):
                        watch.changed(self._live, update)
        return update

    def _resolve(self, tags: Sequence[str]) -> dict[str, tuple[Record, list[int]]]:
        wanted: dict[str, tuple[Record, list[int]]] = {}
        errors: list[PlantError] = []
        for tag in dict.fromkeys(tags):
            try:
                record, places = self._find(tag)
            except PlantError as error:
                errors.append(error)
                continue
            known = wanted.setdefault(record.sim_id, (record, []))[1]
            known.extend(place for place in places if place not in known)
        check_all(errors)
        return wanted

    def _find(self, full_name: str) -> tuple[Record, list[int]]:
        sim_id, _, name = full_name.partition(".")
        record = self._live.records.get(sim_id)
        if record is None or not may_see(self._who, record):
            raise UnknownName(f"there is no simulation '{sim_id[:80]}'")
        model = catalog.find(record.model_id)
        if name == "*":
            return record, list(range(len(model.tags)))
        return record, [model.index(name, sim_id)]

    def _watch(self, record: Record, places: list[int]) -> Watch:
        model = catalog.find(record.model_id)
        handles = [self._handle(f"{record.sim_id}.{model.tags[place].name}") for place in places]
        untold = np.full(len(places), np.nan), np.full(len(places), 0xFFFFFFFF, np.uint32)
        return Watch(record, np.array(places, np.intp), handles, *untold)

    def _handle(self, full_name: str) -> int:
        return self._handles.setdefault(full_name, len(self._handles))


def _meta(watch: Watch) -> list[dict[str, Any]]:
    model: Model = catalog.find(watch.record.model_id)
    sim_id = watch.record.sim_id
    described = []
    for place, handle in zip(watch.places.tolist(), watch.handles, strict=True):
        content = describe_tag(model.tags[place])
        name = f"{sim_id}.{content.pop('name')}"
        described.append({"h": handle, "tag": name, **content, "node_id": f"ns=2;s={name}"})
    return described
