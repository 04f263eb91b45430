"""What the reconciler does with a simulation: one pure table from how it stands to the next step."""

from dataclasses import dataclass
from enum import StrEnum

from plant.lifecycle import HOSTED, State


class Step(StrEnum):
    """What is to be done."""

    LEAVE = "leave"
    TIME_OUT = "time_out"
    FORGIVE = "forgive"
    DISPATCH = "dispatch"
    QUEUE = "queue"
    WAIT = "wait"
    ANNOUNCE = "announce"
    TAKE_OVER = "take_over"
    GIVE_UP = "give_up"


class Job(StrEnum):
    """How the RQ job of the present attempt stands; BEGINNING: a living worker has taken it, TAKEN: so it was once."""

    NONE = "none"
    WAITING = "waiting"
    ELSEWHERE = "elsewhere"
    BEGINNING = "beginning"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Situation:
    """A living simulation, as it has been for `since` seconds; ELSEWHERE waits where no worker will find it.

    `homeless`: no machine takes simulations at all. `told`: the loss of its worker stands in its record already.
    `began`: the worker of this attempt has said that it runs.
    """

    status: State
    held: bool
    since: float
    attempts: int
    overdue: bool = False
    job: Job = Job.NONE
    homeless: bool = False
    told: bool = False
    began: bool = True


@dataclass(frozen=True, slots=True)
class Rules:
    """Seconds, and how many attempts there are at most.

    `patience`: for how long a lease may be missing; `beginning`: how long a living worker may take to begin.
    """

    patience: float
    beginning: float
    attempts: int
    back_off: float
    longest_back_off: float
    healthy: float


def back_off(attempts: int, rules: Rules) -> float:
    """Seconds before the next attempt after so many: the second one starts at once, then ever later."""
    if attempts <= 1:
        return 0.0
    return min(rules.back_off * 2.0 ** min(attempts - 2, 60), rules.longest_back_off)


def next_step(seen: Situation, rules: Rules) -> Step:
    """The step that fits; LEAVE when all is well or nothing can be said yet."""
    if seen.overdue:
        return Step.TIME_OUT
    if seen.held:
        healthy = seen.began and seen.since >= rules.healthy
        return Step.FORGIVE if seen.attempts > 1 and healthy else Step.LEAVE
    if seen.status is State.PENDING:
        return Step.DISPATCH if seen.since >= rules.patience else Step.LEAVE
    if seen.status is State.QUEUED or (seen.status in HOSTED and not seen.began):
        return _queued(seen, rules)
    return _lost(seen, rules) if seen.status in HOSTED else Step.LEAVE


def _queued(seen: Situation, rules: Rules) -> Step:
    if seen.job is Job.BEGINNING:
        return Step.LEAVE if seen.since < rules.beginning else _lost(seen, rules)
    if seen.job is Job.TAKEN:
        return _lost(seen, rules)
    if seen.homeless:
        return Step.WAIT
    if seen.job is Job.WAITING:
        return Step.WAIT if seen.since >= rules.patience else Step.LEAVE
    return Step.QUEUE if seen.job is Job.ELSEWHERE or seen.since >= rules.patience else Step.LEAVE


def _lost(seen: Situation, rules: Rules) -> Step:
    if seen.since < rules.patience:
        return Step.LEAVE
    if seen.homeless or seen.job is Job.WAITING:
        return Step.WAIT  # nobody has tried yet: that is not held against it
    if seen.job is Job.ELSEWHERE:
        return Step.QUEUE
    if seen.attempts >= rules.attempts:
        return Step.GIVE_UP
    if seen.since < rules.patience + back_off(seen.attempts, rules):
        return Step.LEAVE if seen.told else Step.ANNOUNCE
    return Step.TAKE_OVER
