"""Checkpoints: everything comes back, damage is found, an old epoch displaces nothing."""

import math

import pytest
from redis import Redis

from connections.action import Action
from connections.checkpoint import Checkpoint
from connections.redis_keys import actions_key, checkpoint_key
from plant.errors import DamagedSnapshot
from plant.lifecycle import State
from plant.pace import UNLIMITED
from tests.hosting import assignment
from workers import checkpoint
from workers.checkpoint import KEEP, applied_key
from workers.hosted import Hosted, begin
from workers.moment import Moment
from workers.steps import advance

SECOND = 10**9


def at(seconds: float) -> Moment:
    return Moment(50.0 + seconds, int(seconds * SECOND))


def moved(steps: int = 7, speed: float | None = 2.0) -> Hosted:
    hosted = begin(assignment(speed=speed), math.inf, at(0))
    for _ in range(steps):
        advance(hosted, at(hosted.tick * 0.5))
    hosted.action, hosted.overruns = 3, 2
    return hosted


@pytest.mark.parametrize("speed", [2.0, None])
def test_a_restored_simulation_goes_on_as_the_first_one(speed: float | None) -> None:
    first = moved(speed=speed)
    saved = Checkpoint.decode(checkpoint.take(first, at(3.6)).encode())
    second = begin(assignment(speed=speed), math.inf, at(9))
    checkpoint.restore(second, saved, at(9))
    assert (second.tick, second.action, second.overruns, second.state) == (7, 3, 2, State.RUNNING)
    if speed is None:
        assert second.pace.speed == UNLIMITED
    else:
        assert second.step_due() == pytest.approx(first.step_due(), abs=1e-6)
    for hosted in (first, second):
        advance(hosted, at(9))
    assert second.simulation.values.tobytes() == first.simulation.values.tobytes()


def test_every_damaged_byte_is_found() -> None:
    content = checkpoint.take(moved(1), at(1)).encode()
    for place in range(0, len(content), 97):
        damaged = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        with pytest.raises(DamagedSnapshot):
            Checkpoint.decode(damaged)
    for size in (0, 10, len(content) - 1):
        with pytest.raises(DamagedSnapshot):
            Checkpoint.decode(content[:size])


def test_the_older_checkpoint_steps_in(redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        for steps in (3, 5):
            save(redis, checkpoint.take(moved(steps), at(3)).encode())
        redis.hset(checkpoint_key("wood-berry-1"), "current", b"torn")
        hosted = begin(assignment(), math.inf, at(9))
        found = checkpoint.load(redis, hosted, at(9))
    assert found is not None
    assert hosted.tick == 3


def test_without_a_checkpoint_it_begins_at_the_start(redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        hosted = begin(assignment(), math.inf, at(9))
        assert checkpoint.load(redis, hosted, at(9)) is None
        assert (hosted.tick, hosted.replaying) == (0, False)


def save(redis: Redis, content: bytes) -> None:
    redis.eval(f"{KEEP} keep(KEYS[1], ARGV[1])", 1, checkpoint_key("wood-berry-1"), content)


def test_actions_behind_one_without_a_note_are_new(redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        save(redis, checkpoint.take(moved(), at(3)).encode())
        for number in (4, 5, 6):
            action = Action("alice", "rest", 0, {"reflux_flow": 1.9 + number / 1000})
            redis.xadd(actions_key("wood-berry-1"), {"a": action.encode()}, id=f"{number}-0")
        redis.hset(applied_key("wood-berry-1"), mapping={"4": f"7 {SECOND}", "6": f"8 {SECOND}"})
        hosted = begin(assignment(), math.inf, at(9))
        checkpoint.load(redis, hosted, at(9))
    assert [action.number for action, _ in hosted.past.actions] == [4]
    assert hosted.position == 4


def test_a_clock_that_was_set_back_stops_no_simulation() -> None:
    saved = checkpoint.take(moved(), at(3.6))
    second = begin(assignment(speed=2.0), math.inf, at(0))
    checkpoint.restore(second, saved, Moment(at(9).mono, at(-3600).wall))
    assert second.step_due() <= at(9.5).mono


def test_the_next_attempt_catches_up_or_holds_as_it_was_told() -> None:
    saved = checkpoint.take(moved(), at(3.6))
    for resume, held in (("catch_up", False), ("hold", True)):
        second = begin(assignment(speed=2.0, resume=resume), math.inf, at(9))
        checkpoint.restore(second, saved, at(9))
        assert (second.held, second.catching) == (held, True)


def test_idle_time_goes_on_with_the_next_worker() -> None:
    first = begin(assignment(idle=10.0), math.inf, at(1))
    saved = checkpoint.take(first, at(4))
    second = begin(assignment(idle=10.0), math.inf, at(6))
    checkpoint.restore(second, saved, at(6))
    assert second.idle_at == pytest.approx(at(11).mono)
