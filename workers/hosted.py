"""One simulation in a worker: where it stands, and when it wants what next.

No clock, no socket: the `Moment` comes from the caller.
"""

import math
from dataclasses import dataclass, field

from connections.queue import Assignment
from plant import catalog
from plant.faults import Fault
from plant.lifecycle import ENDED, State
from plant.pace import UNLIMITED, Pace
from plant.simulation import Simulation
from workers.moment import Moment, Note
from workers.past import Past


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
