"""One simulation in a worker: which step is due, what an action or command does, the frames that tell of it.

No clock, no socket: the `Moment` comes from the caller.
"""

import math
from base64 import b64decode
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from connections.action import Action
from connections.log import logger
from connections.queue import Assignment
from plant import catalog
from plant.errors import DamagedSnapshot
from plant.faults import Fault
from plant.frames import Frame, Kind
from plant.lifecycle import ENDED, State
from plant.pace import SKIP, UNLIMITED, Pace
from plant.quality import Quality
from plant.simulation import Simulation
from workers.commands import COMMANDS, ignore
from workers.moment import Moment, Note

BEFORE = 1e-5
"""Seconds between what is told and a late sample that follows: more than one of the record's microseconds."""
TOLERANCE = 0.05
"""Seconds that a step may come late without being counted as an overrun (or one period, if that is longer)."""
LATE = 3.0
"""Seconds after which a value is no longer fresh: its status is UncertainLastUsableValue."""
_WHOLE = 1e-9
BAD = 0x80000000
"""Status codes from here on have no value."""
_LOG = logger(__name__)


@dataclass(slots=True)
class Past:
    """What an earlier attempt did after its checkpoint: actions with their notes, and what it had published."""

    actions: deque[tuple[Action, Note]] = field(default_factory=deque)
    tick: int = -1
    wall: int = 0


@dataclass(slots=True, eq=False)
class Hosted:
    """A simulation on a worker.

    Attributes:
        tick: steps since the start; unlike the simulation's own it goes on through a reset.
        action: number of the last action applied.
        pending: steps still to be made while paused.
        wall_time: of the last frame.
        sent: clock time of the last frame.
        renewed: clock time of the last good renewal of the lease.
        past: what is to be made again, in silence, before this attempt goes on.
        position: number of the last action read.
        save_at, saves: clock time of the next checkpoint, and how many there were.
        notes: actions applied since the checkpoint before the last.
        told: the faults that the engine was last told of; None when it must be told again.
        duration: simulated seconds until it is finished.
        touched: clock time of the last action.
        held: whether the next step begins anew, whatever time has passed; its sample says so in its quality.
        catching: whether it still makes up what the loss of its worker cost, whatever it does after a stall.
        strikes: turns one after the other in which it computed for longer than it may.
        number: its place in the books of its host.
        moved: whether it has left for a process of its own.
    """

    assignment: Assignment
    simulation: Simulation
    pace: Pace
    ends_at: float
    state: State = State.RUNNING
    tick: int = 0
    action: int = 0
    sequence: int = 0
    pending: int = 0
    overruns: int = 0
    wall_time: int = 0
    sent: float = -math.inf
    renewed: float = -math.inf
    cause: str | None = None
    ticket: int = 0
    position: int = 0
    saved_action: int = 0
    save_at: float = -math.inf
    saves: int = 0
    past: Past = field(default_factory=Past)
    notes: dict[int, Note] = field(default_factory=dict)
    told: tuple[Fault, ...] | None = None
    duration: float = math.inf
    touched: float = -math.inf
    held: bool = False
    catching: bool = False
    strikes: int = 0
    number: int = 0
    moved: bool = False

    @property
    def sim_id(self) -> str:
        """The SimID."""
        return self.assignment.sim_id

    @property
    def ended(self) -> bool:
        """Whether its life is over."""
        return self.state in ENDED

    @property
    def replaying(self) -> bool:
        """Whether it still repeats what an earlier attempt has done."""
        return (bool(self.past.actions) or self.tick < self.past.tick) and not self.ended

    def step_due(self) -> float:
        """When the next step is due on the clock; infinite while paused, long ago when it is always due."""
        if self.replaying or (self.state is State.PAUSED and self.pending):
            return -math.inf
        if self.state is not State.RUNNING:
            return math.inf
        return -math.inf if self.held or self.pace.speed == UNLIMITED else self.pace.due_at(self.tick + 1)

    def event_due(self, sign_of_life: float) -> float:
        """When it wants attention next: a step, a sign of life, the end of its life."""
        return min(self.step_due(), self.sent + sign_of_life, self.ends_at, self.idle_at)

    @property
    def idle_at(self) -> float:
        """When its life is over because nobody acts on it; infinite when it may idle for ever."""
        idle = self.assignment.idle
        return math.inf if idle is None or self.replaying else self.touched + idle

    def over(self, now: Moment) -> str | None:
        """Why its time is over, if it is."""
        if now.mono >= self.ends_at:
            return "its time on the wall clock was over"
        if now.mono >= self.idle_at:
            return f"nobody acted on it for {self.assignment.idle:g} s"
        return None

    def lateness(self, now: float) -> float:
        """Seconds by which the next step is late."""
        if self.state is not State.RUNNING or self.pace.speed == UNLIMITED:
            return 0.0
        return max(0.0, now - self.pace.due_at(self.tick + 1))

    def _behind(self, now: float) -> float:
        """How old what is told between samples has to look, in seconds."""
        late = self.lateness(now)
        return late + BEFORE if late > 0 else 0.0

    def advance(self, now: Moment) -> Frame | None:
        """Take one step; the frame to send, or None while the past is repeated. Never raises."""
        if self.replaying:
            return self._repeat(now)
        held, self.held = self.held, False
        if held:
            self.pace = self.pace.restarted(self.tick + 1, now.mono)
        late = self.lateness(now.mono)
        error = self._step()
        if error is not None:
            return self._failed(error, now)
        if late > max(TOLERANCE, self.pace.period):
            late = self._overrun(late, now)
        else:
            self.catching = False
        return self._frame(Kind.SAMPLE, now, late, held=held)

    def _overrun(self, late: float, now: Moment) -> float:
        """Count a step that came late; how late its sample is, which it is not if what was missed is left out."""
        if self.assignment.stall != SKIP or self.catching:
            self.overruns += 1
            return late
        self.overruns += 1 + self.pace.due(self.tick, now.mono)
        self.pace = self.pace.restarted(self.tick, now.mono)
        return 0.0

    def _step(self) -> str | None:
        try:
            self.simulation.advance()
        except Exception as error:  # a model's mistake ends its own simulation, nobody else's
            return str(error) or type(error).__name__
        self.tick += 1
        self.pending = max(0, self.pending - 1)
        if self.simulation.time >= self.duration * (1 - _WHOLE):
            self.state = State.FINISHED
        return None

    def _repeat(self, now: Moment) -> Frame | None:
        if self.past.actions and self.past.actions[0][1].tick <= self.tick:
            action, note = self.past.actions.popleft()
            self._take(action, now.at_wall(note.wall))
        elif (error := self._step()) is not None:
            return self._failed(error, now)
        return self.echo(now) if self.ended else None

    def apply(self, action: Action, now: Moment) -> Frame | None:
        """Put an action or command in effect and answer its echo; None if that was done before."""
        if action.number <= self.action or self.ended:
            return None
        self.notes[action.number] = Note(self.tick, now.wall)
        self._take(action, now)
        return self.echo(now)

    def _take(self, action: Action, now: Moment) -> None:
        self.action, self.touched = action.number, now.mono
        try:
            self._put(action, now)
        except Exception as error:  # what no door lets pass ends this simulation, nobody else's
            self.state, self.cause = State.FAILED, f"action {action.number} could not be applied: {error}"

    def _put(self, action: Action, now: Moment) -> None:
        if action.fault is not None:
            self.simulation.inject(Fault.from_words(action.fault), len(self.assignment.faults) + action.number)
        if action.content is not None:
            self._go_back(b64decode(action.content), now)
        if action.command is not None:
            COMMANDS.get(action.command, ignore)(self, action.argument, now)
        if set(action.values) <= {tag.name for tag in self.simulation.model.tags}:
            for name, value in action.values.items():
                self.simulation.set(name, value)

    def _go_back(self, snapshot: bytes, now: Moment) -> None:
        """Put another state in effect; one that does not fit changes nothing, and the next frame's time shows it."""
        try:
            self.simulation.restore(snapshot)
        except DamagedSnapshot as error:
            _LOG.error("snapshot not restored", sim_id=self.sim_id, cause=str(error))
            return
        self.pending, self.pace = 0, self.pace.restarted(self.tick, now.mono)

    def echo(self, now: Moment) -> Frame:
        """The values in effect."""
        return self._frame(Kind.ECHO, now, 0.0)

    def sample(self, now: Moment) -> Frame:
        """The start of the simulation."""
        return self._frame(Kind.SAMPLE, now, 0.0)

    def end(self, state: State, cause: str | None, now: Moment) -> Frame:
        """End its life; the last frame."""
        self.state, self.cause = state, cause
        return self.echo(now)

    def _failed(self, cause: str, now: Moment) -> Frame:
        self.state, self.cause = State.FAILED, cause
        model = self.simulation.model
        status = np.full(len(model.tags), int(Quality.GOOD), np.uint32)
        status[model.output_indices] = Quality.BAD_OUT_OF_RANGE
        values = self.simulation.values.copy()
        values[model.output_indices] = math.nan
        self.tick += 1  # the sample that could not be made
        return self._frame(Kind.SAMPLE, now, 0.0, values, status)

    def _frame(
        self, kind: Kind, now: Moment, late: float,
        values: "np.ndarray[tuple[int], np.dtype[np.float64]] | None" = None,
        status: "np.ndarray[tuple[int], np.dtype[np.uint32]] | None" = None, held: bool = False,
    ) -> Frame:  # fmt: skip
        """A frame; a sample carries the wall time at which it was due, so late ones leave no gap in history.

        What is told between late samples has a time before the next one's, or that could not keep it.
        """
        if values is None:
            values, status = self.simulation.values.copy(), self.simulation.status
        if status is not None:
            values[status >= BAD] = math.nan
        if held or late > max(LATE, self.pace.period):
            old = np.full(len(values), int(Quality.UNCERTAIN_LAST_USABLE_VALUE), np.uint32)
            status = old if status is None else np.maximum(old, status)
        self.sequence += 1
        behind = late if kind is Kind.SAMPLE else self._behind(now.mono)
        self.wall_time = max(self.wall_time + 1, now.wall - int(behind * 1e9))
        self.sent = now.mono
        return Frame(
            self.sim_id, kind, self.state, self.assignment.epoch, self.sequence, self.tick, self.action,
            self.simulation.time, self.wall_time, self.pace.speed, self.overruns, values, status,
        )  # fmt: skip


def begin(assignment: Assignment, ends_at: float, now: Moment) -> Hosted:
    """A new simulation at its start. Raises UnknownName or whatever the model's building raises."""
    faults = [Fault.from_words(words) for words in assignment.faults]
    model = catalog.find(assignment.model_id)
    simulation = Simulation(model, assignment.sample_time, assignment.inputs, assignment.start, faults)
    speed = UNLIMITED if assignment.speed is None else assignment.speed
    state = State.PAUSED if assignment.paused else State.RUNNING
    pace = Pace(assignment.sample_time, speed, now.mono)
    return Hosted(
        assignment, simulation, pace, ends_at, state, told=simulation.faults, duration=assignment.duration,
        touched=now.mono,
    )  # fmt: skip
