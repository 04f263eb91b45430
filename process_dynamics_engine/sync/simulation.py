# Made by scripts/client of process_dynamics_engine/aio/simulation.py: change that.
"""One simulation of an engine: its values, its life, its history, its alarms and faults."""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self

from process_dynamics_engine import calls
from process_dynamics_engine.answers import (
    Accepted,
    Action,
    Alarm,
    Fault,
    Loss,
    Record,
    SavedState,
    Sharing,
    Speed,
    Value,
)
from process_dynamics_engine.calls import Moment, Setting
from process_dynamics_engine.errors import EngineError, SimulationEnded, TimedOut
from process_dynamics_engine.history import Axis, History
from process_dynamics_engine.snapshot import Snapshot, of_values
from process_dynamics_engine.sync.feed import Feed
from process_dynamics_engine.sync.ports import Items, sleep
from process_dynamics_engine.sync.transport import Transport
from process_dynamics_engine.until import TINY, Standstill, Until, condition, in_words

RATE = 0.05
"""Seconds between two live messages at least."""
RECORDED_WITHIN, RECORD_POLL = 10.0, 0.1
RECENT, NEARLY = 0.98, 1e-4
"""Shares of the simulated time: which part of the record is looked at, and what may be missing when that is thinned."""


class Simulation(Items):
    """A simulation. As a context manager it is stopped at the end, its record and history stay.

    Every method raises EngineError when the engine refuses or does not answer.
    """

    def __init__(self, transport: Transport, record: Record) -> None:
        self._transport = transport
        self.id, self.model_id, self.number = record.sim_id, record.model_id, record.number
        self.node_id, self.sample_time = record.node_id, record.sample_time

    def __repr__(self) -> str:
        return f"<simulation {self.id} at {self._transport.address.url}>"

    def record(self) -> Record:
        """How it stands: status, cause, speed, simulated time, worker."""
        return self._transport.do(calls.simulation(self.id))

    def snapshot(self) -> Snapshot:
        """All tags now."""
        return of_values(self._transport.do(calls.values(self.id)))

    def read(self, tag: str) -> Value:
        """One tag now, with its quality; also as `sim[tag]`."""
        return self._transport.do(calls.value(self.id, tag))

    def write(self, settings: Mapping[str, Setting]) -> Accepted:
        """Control actions, all or nothing: in effect from the next step on. Discrete tags take their texts too."""
        return self._transport.do(calls.act(self.id, settings))

    def actions(self, limit: int = 100) -> tuple[Action, ...]:
        """Who did what, newest first."""
        return (self._transport.do(calls.actions(self.id, limit))).actions

    def pause(self, timeout: float = 30.0) -> Record:
        """Hold it; answers when it stands still, after at most `timeout` seconds (TimedOut). Its values stay."""
        record = self._transport.do(calls.command(self.id, "pause"))
        self.wait(Standstill(), timeout)
        return record

    def resume(self) -> Record:
        """Go on after a pause."""
        return self._transport.do(calls.command(self.id, "resume"))

    def step(self, steps: int = 1, timeout: float = 60.0) -> Snapshot:
        """Let it take some steps while it is paused; answers the values after them."""
        before = self.snapshot()
        self._transport.do(calls.command(self.id, "step", steps=steps))
        return self.wait(before.simulation_time + steps * self.sample_time, timeout)

    def advance(self, seconds: float, timeout: float = 60.0) -> Snapshot:
        """Move it on by simulated seconds at once while it is paused; answers the values after them."""
        before = self.snapshot()
        self._transport.do(calls.command(self.id, "advance", seconds=seconds))
        steps = max(1, math.ceil(seconds / self.sample_time - TINY))
        return self.wait(before.simulation_time + steps * self.sample_time, timeout)

    def extend(self, duration: float) -> Record:
        """Let it live until this simulated time."""
        return self._transport.do(calls.command(self.id, "extend", duration=duration))

    def save(self, name: str) -> SavedState:
        """Keep the state as it is now under a name."""
        return self._transport.do(calls.save(self.id, name))

    def saved(self) -> tuple[SavedState, ...]:
        """What it can go back to: named states, and those that the engine keeps by itself; oldest first."""
        return (self._transport.do(calls.saved(self.id))).snapshots

    def restore(self, name: str) -> Record:
        """Go back to a saved state; running goes on running, paused stays paused."""
        return self._transport.do(calls.restore(self.id, name))

    def forget(self, name: str) -> None:
        """Keep a saved state no longer."""
        self._transport.do(calls.forget(self.id, name))

    def branch(
        self, state: str | None = None, *, name: str | None = None, speed: Speed | None = None,
        begins_within: float = 60.0,
    ) -> "Simulation":  # fmt: skip
        """Start another simulation from a saved state, or from this one as it is now; it runs when this answers."""
        factor = None if speed is None else calls.speed_word(speed)
        branched = self._transport.do(calls.branch(self.id, snapshot=state, name=name, speed=factor))
        other = Simulation(self._transport, branched)
        other.wait("begun", begins_within)
        return other

    def set_speed(self, speed: Speed) -> Record:
        """Change the speed: a factor of real time, or `max`."""
        return self._transport.do(calls.command(self.id, "speed", speed=calls.speed_word(speed)))

    def reset(self) -> Record:
        """Go back to the start: time zero, the inputs of the start."""
        return self._transport.do(calls.command(self.id, "reset"))

    def stop(self) -> Record:
        """End it; one that has ended is left as it is."""
        return self._transport.do(calls.end(self.id))

    def wait(self, until: Until = None, timeout: float | None = None) -> Snapshot:
        """Wait for a condition and answer the values with which it was true.

        `until` is a function of a `Snapshot` (`lambda now: now["level"] > 3`), a simulated time in seconds, the name of
        a status, or None: its end. Every snapshot that comes is tried, about 20 in a second: what lasts shorter may be
        missed. An engine that is away for less than a minute is waited for. Raises TimedOut after `timeout` seconds of
        wall time, SimulationEnded when it ended before.
        """
        holds = condition(until)
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        with Feed(self._transport, self.id, RATE) as feed:
            while (now := feed.next(deadline)) is not None:
                if holds(now):
                    return now
                if now.ended:
                    raise self._ended(until)
        raise TimedOut(f"not within {timeout:g} s: {self.id} {in_words(until)}")

    def _ended(self, until: Until) -> SimulationEnded:
        record = self.record()
        cause = f" ({record.cause})" if record.cause else ""
        ended = f"{self.id} ended as {record.status}{cause} at {record.simulation_time:g} s"
        return SimulationEnded(f"{ended}, before it {in_words(until)}")

    def stream(self, rate: float = 0.2) -> Iterator[Snapshot]:
        """Snapshots as they come, at most one in `rate` seconds (0.05 to 10), until it has ended.

        The latest values win: who is slow misses some, and is never late.
        """
        with Feed(self._transport, self.id, rate) as feed:
            seen = -TINY
            while (now := feed.next(math.inf)) is not None:
                if now.begun and (now.simulation_time != seen or now.ended):
                    seen = now.simulation_time
                    yield now
                if now.ended:
                    return

    def history(
        self, tags: Sequence[str] | None = None, start: Moment | None = None, end: Moment | None = None, *,
        points: int = calls.MOST_POINTS, axis: Axis = "simulation",
    ) -> History:  # fmt: skip
        """Recorded values with start <= time < end, thinned to about `points` for each tag.

        Bounds are simulated seconds, or `datetime` or seconds since 1970 on the axis `wall`. All tags by default.
        Without an `end` it waits until the values of now are recorded, which takes a moment.
        """
        if end is None:
            self._recorded()
        page = self._transport.do(calls.history(self.id, tags, start, end, points, axis))
        return History(page.sim_id, page.series, page.thinned, axis)

    def _recorded(self) -> None:
        """Wait for the record of the present sample, RECORDED_WITHIN seconds at most."""
        now = self.snapshot()
        newest = calls.history(
            self.id, list(now)[:1], RECENT * now.simulation_time, None, calls.MOST_POINTS, "simulation"
        )  # fmt: skip
        deadline = time.monotonic() + RECORDED_WITHIN
        while now.begun and time.monotonic() < deadline:
            page = self._transport.do(newest)
            missing = NEARLY * now.simulation_time if page.thinned else TINY
            if now.simulation_time - max(page.series[0].simulation_time, default=-math.inf) <= missing:
                return
            sleep(RECORD_POLL)

    def share(self, sharing: Sharing) -> Record:
        """Say what others may do: `private` nothing, `shared` look, `open` move it too."""
        return self._transport.do(calls.command(self.id, "sharing", sharing=sharing))

    def convergence(self) -> tuple[Loss, ...]:
        """The distance of the outputs from the steady state that the inputs lead to, over simulated time."""
        return (self._transport.do(calls.convergence(self.number))).data

    def alarms(self) -> tuple[Alarm, ...]:
        """Every alarm of it, in the order of its model."""
        return (self._transport.do(calls.alarms(self.id))).alarms

    def acknowledge(self, alarm: str | Alarm, comment: str | None = None) -> Alarm:
        """Acknowledge an alarm; one as it was read (`Alarm`) only if nothing has happened to it since."""
        return self._order(alarm, "acknowledge", comment)

    def confirm(self, alarm: str | Alarm, comment: str | None = None) -> Alarm:
        """Confirm that what an acknowledged alarm was about is done."""
        return self._order(alarm, "confirm", comment)

    def _order(self, alarm: str | Alarm, what: str, comment: str | None) -> Alarm:
        name, event = (alarm, None) if isinstance(alarm, str) else (alarm.alarm, alarm.event_id)
        order = calls.order(self.id, name, what, event_id=event, comment=comment)
        return (self._transport.do(order)).alarm

    def faults(self) -> tuple[Fault, ...]:
        """Faults that are scheduled, that act, and that have ended since another one came."""
        return (self._transport.do(calls.faults(self.id))).faults

    def inject(
        self, tag: str, kind: str, size: float | None = None, *, start: float | None = None,
        ramp: float | None = None, duration: float | None = None, interval: float | None = None,
    ) -> Fault:  # fmt: skip
        """Let something go wrong: `bias`, `drift`, `freeze`, `stuck`, ... Times are simulated seconds."""
        fault = {"tag": tag, "kind": kind, "size": size, "start": start, "ramp": ramp, "duration": duration}
        return self._transport.do(calls.inject(self.id, {**fault, "interval": interval}))

    def clear(self, fault: Fault | int | None = None) -> tuple[Fault, ...]:
        """End one fault, or all; answers those that are left."""
        number = fault.number if isinstance(fault, Fault) else fault
        return (self._transport.do(calls.clear(self.id, number))).faults

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        except EngineError:
            if error is None:  # what went wrong before matters more
                raise
