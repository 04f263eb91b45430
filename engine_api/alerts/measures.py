"""What the alerts look at: every measure of one moment, from what the reconciler saw, the live values and the disk."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connections.record import Record, now
from engine_api.alerts.rules import Measure
from engine_api.live import Live
from engine_api.scene import Scene
from plant.lifecycle import State

WINDOW = 60.0
"""Seconds over which late steps are counted."""
FAILED_FOR = 600.0
"""Seconds for which a failed simulation is an alert."""


_WRITES = ("aof_last_write_status", "rdb_last_bgsave_status", "aof_last_bgrewrite_status")


@dataclass(slots=True)
class _Steps:
    """Since when (monotonic) a simulation is at its tick, and its late steps in this window and the last one."""

    tick: int
    moved: float
    overruns: int
    window: float
    last: int = 0


@dataclass(slots=True)
class Watcher:
    """Remembers what a measure needs from look to look."""

    live: Live
    clock: Callable[[], float] = time.monotonic
    _steps: dict[str, _Steps] = field(default_factory=dict)
    _waiting: dict[str, float] = field(default_factory=dict)

    def measures(self, scene: Scene) -> Iterator[Measure]:
        """Everything about simulations and workers."""
        self._forget(scene)
        for record in scene.records:
            if record.status is State.RUNNING and scene.held(record):
                yield from self._running(record)
            if record.status in (State.QUEUED, State.PENDING):
                since = self._waiting.setdefault(record.sim_id, self.clock())
                yield Measure("waiting", record.sim_id, self.clock() - since, record.cause or "", record.sim_id)
            if record.attempts > 1:
                yield Measure("crash_loop", record.sim_id, record.attempts, record.cause or "", record.sim_id)
            epoch, age = scene.leases.get(record.sim_id, (0, 0.0))
            if epoch:
                yield Measure("lease", record.sim_id, age, f"worker {record.worker} does not renew it", record.sim_id)
        yield from (Measure("skew", worker.seat.machine, abs(worker.skew)) for worker in scene.workers)
        if not scene.workers and scene.records:
            yield Measure("no_worker", "the engine", len(scene.records))

    def _running(self, record: Record) -> Iterator[Measure]:
        frame = self.live.frame(record.sim_id)
        if frame is None:
            return
        seen, clock = self._steps.get(record.sim_id), self.clock()
        if seen is None:
            seen = self._steps[record.sim_id] = _Steps(frame.tick, clock, int(frame.overruns), clock)
        if frame.tick != seen.tick:
            seen.tick, seen.moved = frame.tick, clock
        if clock - seen.window >= WINDOW:
            seen.last, seen.overruns, seen.window = int(frame.overruns) - seen.overruns, int(frame.overruns), clock
        period = record.sample_time / record.speed
        yield Measure("stuck", record.sim_id, clock - seen.moved - period, "", record.sim_id)
        late = max(seen.last, int(frame.overruns) - seen.overruns)
        yield Measure("late", record.sim_id, late, "", record.sim_id)

    def _forget(self, scene: Scene) -> None:
        running = {record.sim_id for record in scene.records if record.status is State.RUNNING and scene.held(record)}
        waiting = {record.sim_id for record in scene.records if record.status in (State.QUEUED, State.PENDING)}
        self._steps = {sim_id: seen for sim_id, seen in self._steps.items() if sim_id in running}
        self._waiting = {sim_id: since for sim_id, since in self._waiting.items() if sim_id in waiting}

    def failed(self) -> Iterator[Measure]:
        """Simulations that failed within the last minutes."""
        for record in self.live.records.values():
            if record.status is State.FAILED and record.ended_at is not None:
                recent = (now() - record.ended_at).total_seconds() < FAILED_FOR
                yield Measure("failed", record.sim_id, float(recent), record.cause or "", record.sim_id)


def disk(folder: Path) -> Measure:
    """How full the disk of the data folder is."""
    usage = shutil.disk_usage(folder)
    used = 1.0 - usage.free / usage.total
    return Measure("disk", str(folder.absolute()), used, f"{usage.free / 1e9:.1f} GB left")


def redis_disk(persistence: dict[str, object]) -> Measure:
    """Whether Redis could write, from its `INFO persistence`."""
    wrong = [f"{name} is {value}" for name in _WRITES if (value := persistence.get(name, "ok")) != "ok"]
    return Measure("redis_disk", "Redis", float(bool(wrong)), ", ".join(wrong))


def refused_channels(told: Mapping[str, Any]) -> Measure:
    """How many clients the OPC UA server turned away within a minute, from its measures (empty while it is away)."""
    count = float(told.get("refused_channels", 0))
    return Measure("refused_channels", "the OPC UA server", count, str(told.get("last_refused", "")))
