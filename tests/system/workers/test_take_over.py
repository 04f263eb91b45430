"""Faults: killed and frozen workers, a Redis that restarts; what comes after equals what would have been."""

import os
import signal
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from connections.queue import Assignment
from connections.redis_server import embedded_redis
from plant import catalog
from plant.frames import Frame, Kind, unpack
from plant.quality import Quality
from plant.simulation import Simulation
from tests.hosting import Bench, assignment, open_bench
from tests.waiting import until

KILLS = 5


def undisturbed(wanted: Assignment, frames: list[Frame], actions: dict[int, dict[str, float]]) -> list[Frame]:
    """Compare every sample, bit for bit, with a simulation that was never moved from worker to worker."""
    simulation = Simulation(catalog.find(wanted.model_id), wanted.sample_time, wanted.inputs)
    applied = {number: next(f.tick for f in frames if f.action >= number) for number in actions}
    samples = {frame.tick: frame for frame in frames if frame.kind is Kind.SAMPLE}
    assert sorted(samples) == list(range(max(samples) + 1)), "no tick is missing"
    for tick in range(max(samples) + 1):
        if tick:
            simulation.advance()
        assert simulation.values.tobytes() == samples[tick].values.tobytes(), f"tick {tick}"
        for number, when in applied.items():
            if when == tick:
                for name, value in actions[number].items():
                    simulation.set(name, value)
    return list(samples.values())


def test_a_killed_worker_s_simulation_goes_on_bit_for_bit(bench: Bench) -> None:
    wanted = bench.start(assignment(speed=50.0))
    actions: dict[int, dict[str, float]] = {}
    worker = bench.worker()
    tick = 20
    for kill in range(KILLS + 1):
        for _ in range(3):
            bench.wait_for_tick(tick)
            values = {"reflux_flow": 1.9 + 0.01 * tick % 0.3, "steam_flow": 1.7 + 0.001 * (tick % 50)}
            actions[bench.act(**values)] = values
            tick += 13
        bench.applied(max(actions))
        if kill == KILLS:
            break
        worker.kill()
        worker.wait()
        bench.queue.withdraw(wanted.job_id)
        wanted = bench.start(replace(wanted, epoch=wanted.epoch + 1))
        worker = bench.worker()
    bench.wait_for_tick(tick)
    frames = bench.frames()
    assert {frame.epoch for frame in frames} == set(range(1, KILLS + 2))
    samples = undisturbed(wanted, frames, actions)
    assert len(samples) == sum(frame.kind is Kind.SAMPLE for frame in frames), "no tick comes twice"
    assert all(b.wall_time > a.wall_time for a, b in pairwise(frames))


def test_simulated_time_catches_up_after_a_take_over(bench: Bench) -> None:
    wanted = bench.start(assignment(speed=10.0))
    worker = bench.worker()
    bench.wait_for_tick(10)
    first = bench.samples()[0].wall_time
    worker.kill()
    worker.wait()
    until(lambda: not bench.redis.exists("pde:lease:wood-berry-1"), "the lease expires")
    bench.start(replace(wanted, epoch=2))
    bench.worker()
    until(lambda: any(frame.epoch == 2 for frame in bench.samples()), "the next attempt runs")
    behind = (time.time_ns() - first) / 1e9 * 10
    bench.wait_for_tick(int(behind) + 5)
    newest = bench.samples()[-1]
    assert abs((newest.wall_time - first) / 1e9 * 10 - newest.tick) < 2


def test_a_paused_simulation_stays_paused_after_a_take_over(bench: Bench) -> None:
    wanted = bench.start(assignment())
    worker = bench.worker()
    bench.wait_for_tick(3)
    paused = bench.applied(bench.command("pause"))
    worker.kill()
    worker.wait()
    bench.start(replace(wanted, epoch=2, paused=True))
    bench.worker()
    until(lambda: any(frame.epoch == 2 for frame in bench.frames()), "the next attempt shows a sign of life")
    last = bench.last()
    assert last is not None
    assert (last.state, last.tick) == (paused.state, paused.tick)
    assert bench.applied(bench.command("resume")).state != paused.state


def test_one_that_holds_goes_on_without_making_the_loss_up(bench: Bench) -> None:
    wanted = bench.start(assignment(resume="hold"))
    worker = bench.worker()
    bench.wait_for_tick(20)
    worker.kill()
    worker.wait()
    last = bench.samples()[-1]
    until(lambda: not bench.redis.exists("pde:lease:wood-berry-1"), "the lease expires")
    bench.start(replace(wanted, epoch=2))
    bench.worker()
    bench.wait_for_tick(last.tick + 10)
    samples = bench.samples()
    first = next(frame for frame in samples if frame.epoch == 2)
    assert first.tick == last.tick + 1, "no tick is missing"
    assert (first.wall_time - last.wall_time) / 1e9 > 1.0, "the time of the loss is not made up"
    assert first.status is not None
    assert set(first.status) == {Quality.UNCERTAIN_LAST_USABLE_VALUE}
    assert samples[samples.index(first) + 1].status is None
    undisturbed(wanted, bench.frames(), {})


def test_a_released_simulation_goes_on_elsewhere(bench: Bench) -> None:
    wanted = bench.start(assignment())
    first = bench.worker()
    bench.wait_for_tick(5)
    bench.worker()
    first.terminate()
    first.wait()
    bench.start(replace(wanted, epoch=2))
    until(lambda: sum(frame.epoch == 2 for frame in bench.samples()) > 10, "the next attempt runs")
    undisturbed(wanted, bench.frames(), {})


def test_a_frozen_worker_is_fenced(bench: Bench) -> None:
    wanted = bench.start(assignment())
    frozen = bench.worker()
    bench.wait_for_tick(5)
    os.kill(frozen.pid, signal.SIGSTOP)
    until(lambda: not bench.redis.exists("pde:lease:wood-berry-1"), "the lease expires")
    bench.start(replace(wanted, epoch=2))
    bench.worker()
    until(lambda: any(frame.epoch == 2 for frame in bench.frames()), "another worker takes over")
    written = bench.redis.xrevrange("pde:frames", count=1)[0][0]
    os.kill(frozen.pid, signal.SIGCONT)
    until(lambda: bench.status(wanted.job_id) == "failed", "the frozen worker gives its job up")
    bench.wait_for_tick(bench.samples()[-1].tick + 5)
    later = [fields[b"b"] for _, fields in bench.redis.xrange("pde:frames", min=b"(" + written)]
    assert later
    assert not [batch for batch in later if _epochs(batch) != {2}], "the zombie wrote nothing"
    assert not bench.reports("ended")
    undisturbed(wanted, bench.frames(), {})


def _epochs(batch: bytes) -> set[int]:
    return {frame.epoch for frame in unpack(batch)}


def test_a_short_freeze_changes_nothing(bench: Bench) -> None:
    bench.start(assignment())
    worker = bench.worker()
    bench.wait_for_tick(5)
    os.kill(worker.pid, signal.SIGSTOP)
    time.sleep(1.3)  # the fault itself: longer than the fence, shorter than the lease
    os.kill(worker.pid, signal.SIGCONT)
    reached = bench.samples()[-1].tick
    bench.wait_for_tick(reached + 30)
    assert {frame.epoch for frame in bench.frames()} == {1}
    assert np.diff([frame.tick for frame in bench.samples()]).tolist() == [1] * (len(bench.samples()) - 1)
    assert bench.frames()[-1].overruns > 0


def test_an_epoch_is_never_run_twice(bench: Bench) -> None:
    wanted = bench.start(assignment())
    worker = bench.worker()
    bench.wait_for_tick(3)
    worker.kill()
    worker.wait()
    until(lambda: not bench.redis.exists("pde:lease:wood-berry-1"), "the lease expires")
    bench.queue.withdraw(wanted.job_id)
    bench.start(wanted)
    bench.worker()
    until(lambda: bench.status(wanted.job_id) == "failed", "the second run is refused")


@pytest.mark.parametrize("lost_memory", [False, True])
def test_a_worker_survives_a_restart_of_redis(lost_memory: bool) -> None:
    with TemporaryDirectory(prefix="pde-") as folder:
        place = Path(folder)
        with embedded_redis(place) as url, open_bench(url) as bench:
            long = {"PDE_WORKER__LEASE": "20", "PDE_WORKER__FENCE": "15"}
            worker = bench.worker(**long)
            wanted = bench.start(assignment())
            bench.wait_for_tick(5)
            seen = bench.frames()
            bench.act(reflux_flow=2.0)
            applied = bench.applied(1)
            if lost_memory:
                bench.redis.flushall()
            else:
                bench.redis.shutdown(save=False, nosave=True)
                assert worker.poll() is None
                again = embedded_redis(place)
                again.__enter__()
            try:
                bench.wait_for_tick(applied.tick + 30)
                frames = bench.frames()
                ticks = [frame.tick for frame in bench.samples()]
                assert np.diff(ticks).tolist() == [1] * (len(ticks) - 1)
                if not lost_memory:
                    assert [f.sequence for f in frames[: len(seen)]] == [f.sequence for f in seen]
                    undisturbed(wanted, frames, {1: {"reflux_flow": 2.0}})
                until(lambda: bench.redis.exists("pde:checkpoint:wood-berry-1"), "checkpoints go on")
                number = bench.act(reflux_flow=2.1)
                assert number == 2, "the numbers of actions go on"
                assert 2.1 in bench.applied(2).values
                assert worker.poll() is None
            finally:
                worker.terminate()
                worker.wait()
                if not lost_memory:
                    again.__exit__(None, None, None)


def test_a_redis_that_refuses_writes_ends_no_worker_and_loses_no_tick(bench: Bench) -> None:
    worker = bench.worker(PDE_WORKER__LEASE="20", PDE_WORKER__FENCE="15")
    wanted = bench.start(assignment())
    bench.wait_for_tick(5)
    bench.redis.config_set("min-replicas-to-write", 1)  # every write answers an error, as with a full disk
    refused = bench.samples()[-1].tick
    time.sleep(2.0)  # the fault itself
    assert bench.samples()[-1].tick <= refused + 1
    bench.redis.config_set("min-replicas-to-write", 0)
    bench.wait_for_tick(refused + 30)
    assert worker.poll() is None
    assert {frame.epoch for frame in bench.frames()} == {1}
    until(lambda: int(bench.redis.hget(bench.worker_keys()[0], "refused")) > 0, "what Redis refused is counted")
    undisturbed(wanted, bench.frames(), {})


def test_a_damaged_checkpoint_is_replaced_by_the_one_before(bench: Bench) -> None:
    wanted = bench.start(assignment(speed=20.0))
    worker = bench.worker()
    bench.wait_for_tick(10)
    values = {"reflux_flow": 2.1}
    bench.act(**values)
    applied = bench.applied(1).tick
    bench.wait_for_tick(applied + 25)
    worker.kill()
    worker.wait()
    torn = bench.redis.hget("pde:checkpoint:wood-berry-1", "current")[:-100]
    bench.redis.hset("pde:checkpoint:wood-berry-1", "current", torn)
    bench.start(replace(wanted, epoch=2))
    reached = bench.samples()[-1].tick
    bench.worker()
    bench.wait_for_tick(reached + 10)
    undisturbed(wanted, bench.frames(), {1: values})


def test_sigterm_ends_a_worker_even_when_redis_is_frozen(bench: Bench) -> None:
    worker = bench.worker()
    bench.start(assignment())
    bench.wait_for_tick(3)
    server = bench.redis.info("server")["process_id"]
    os.kill(server, signal.SIGSTOP)
    try:
        worker.terminate()
        assert worker.wait(5.0) == 0
    finally:
        os.kill(server, signal.SIGCONT)


def test_the_same_worker_takes_the_next_epoch_and_drops_the_old_one(bench: Bench) -> None:
    wanted = bench.start(assignment())
    bench.worker()
    bench.wait_for_tick(5)
    bench.start(replace(wanted, epoch=2))
    until(lambda: any(frame.epoch == 2 for frame in bench.frames()), "the next epoch runs")
    until(lambda: bench.status(wanted.job_id) == "failed", "the old one is dropped")
    bench.wait_for_tick(bench.samples()[-1].tick + 10)
    last = bench.last()
    assert last is not None
    assert last.epoch == 2
    ticks = [frame.tick for frame in bench.samples()]
    assert sorted(set(ticks)) == list(range(max(ticks) + 1))
