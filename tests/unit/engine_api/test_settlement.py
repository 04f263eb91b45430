"""The reconciler's table: what is done with a simulation, as it stands."""

from dataclasses import replace

import pytest

from engine_api.settlement import Job, Rules, Situation, Step, back_off, next_step
from plant.lifecycle import State

RULES = Rules(patience=2.0, beginning=60.0, attempts=5, back_off=1.0, longest_back_off=6.0, healthy=60.0)
RUNNING = Situation(State.RUNNING, held=True, since=5.0, attempts=1)
LOST = replace(RUNNING, held=False)
HANDED_ON = replace(LOST, began=False)
QUEUED = Situation(State.QUEUED, held=False, since=5.0, attempts=1, job=Job.WAITING)


@pytest.mark.parametrize(
    ("seen", "step"),
    [
        (RUNNING, Step.LEAVE),
        (replace(RUNNING, overdue=True), Step.TIME_OUT),
        (replace(RUNNING, attempts=2), Step.LEAVE),
        (replace(RUNNING, attempts=2, since=60.0), Step.FORGIVE),
        (replace(RUNNING, attempts=2, since=60.0, began=False), Step.LEAVE),
        (replace(RUNNING, status=State.PAUSED), Step.LEAVE),
        (replace(LOST, since=1.9), Step.LEAVE),
        (LOST, Step.TAKE_OVER),
        (replace(LOST, status=State.PAUSED), Step.TAKE_OVER),
        (replace(LOST, attempts=4), Step.ANNOUNCE),
        (replace(LOST, attempts=4, told=True), Step.LEAVE),
        (replace(LOST, attempts=4, told=True, since=6.0), Step.TAKE_OVER),
        (replace(LOST, attempts=5), Step.GIVE_UP),
        (replace(LOST, attempts=5, since=1.0), Step.LEAVE),
        (replace(LOST, attempts=5, job=Job.WAITING), Step.WAIT),
        (replace(LOST, attempts=5, homeless=True), Step.WAIT),
        (replace(LOST, attempts=5, job=Job.ELSEWHERE), Step.QUEUE),
        (replace(LOST, job=Job.TAKEN), Step.TAKE_OVER),
        (replace(LOST, status=State.PENDING), Step.DISPATCH),
        (replace(LOST, status=State.PENDING, since=1.0), Step.LEAVE),
        (replace(LOST, job=Job.BEGINNING), Step.TAKE_OVER),
        (replace(HANDED_ON, job=Job.WAITING), Step.WAIT),
        (replace(HANDED_ON, job=Job.NONE, since=1.0), Step.LEAVE),
        (replace(HANDED_ON, job=Job.NONE), Step.QUEUE),
        (replace(HANDED_ON, job=Job.BEGINNING, since=59.0), Step.LEAVE),
        (replace(HANDED_ON, job=Job.BEGINNING, since=60.0), Step.TAKE_OVER),
        (replace(HANDED_ON, job=Job.TAKEN, since=1.0), Step.LEAVE),
        (replace(HANDED_ON, job=Job.TAKEN), Step.TAKE_OVER),
        (replace(HANDED_ON, job=Job.TAKEN, attempts=5), Step.GIVE_UP),
        (QUEUED, Step.WAIT),
        (replace(QUEUED, since=0.5), Step.LEAVE),
        (replace(QUEUED, job=Job.ELSEWHERE, since=0.0), Step.QUEUE),
        (replace(QUEUED, job=Job.NONE), Step.QUEUE),
        (replace(QUEUED, job=Job.NONE, since=1.0), Step.LEAVE),
        (replace(QUEUED, job=Job.NONE, homeless=True), Step.WAIT),
        (replace(QUEUED, job=Job.TAKEN), Step.TAKE_OVER),
        (replace(QUEUED, job=Job.TAKEN, since=1.0), Step.LEAVE),
        (replace(QUEUED, job=Job.BEGINNING, since=59.0), Step.LEAVE),
        (replace(QUEUED, job=Job.BEGINNING, since=60.0), Step.TAKE_OVER),
        (replace(QUEUED, overdue=True), Step.TIME_OUT),
        (replace(QUEUED, status=State.FINISHED), Step.LEAVE),
    ],
)
def test_table(seen: Situation, step: Step) -> None:
    assert next_step(seen, RULES) is step


def test_back_off_doubles_up_to_its_limit() -> None:
    assert [back_off(attempts, RULES) for attempts in range(8)] == [0, 0, 1, 2, 4, 6, 6, 6]
    assert back_off(10_000, RULES) == 6
