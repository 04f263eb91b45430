"""A real worker process: frames at pace, actions and commands, the ends of a life, RQ's view of it."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import numpy as np
from rq import Worker
from rq.command import send_stop_job_command
from rq.registry import StartedJobRegistry

from connections.packed import pack
from plant.lifecycle import State
from plant.pace import UNLIMITED
from plant.quality import Quality
from tests.hosting import Bench, assignment
from tests.waiting import until


def gaps(ticks: list[int]) -> set[int]:
    return set(np.diff(ticks).tolist()) - {1}


def test_samples_come_at_pace_one_tick_after_the_other(bench: Bench) -> None:
    bench.worker()
    bench.start(assignment())
    bench.wait_for_tick(20)
    frames, samples = bench.frames(), bench.samples()
    assert samples[0].tick == 0
    assert not gaps([frame.tick for frame in samples])
    assert not gaps([frame.sequence for frame in frames])
    assert all(np.diff([frame.wall_time for frame in frames]) > 0)
    periods = np.diff([frame.wall_time for frame in samples]) / 1e9
    assert abs(np.median(periods) - 0.1) < 0.005
    assert [r["command"] for r in bench.reports("began")] == ["begin"]


def test_an_action_is_applied_and_echoed_within_a_tenth_of_a_second(bench: Bench) -> None:
    bench.worker()
    bench.start(assignment(speed=0.1))  # one sample in ten seconds: only an echo can be this early
    bench.wait_for_tick(0)
    asked = time.time_ns()
    echo = bench.applied(bench.act(reflux_flow=2.25))
    assert (echo.wall_time - asked) / 1e9 < 0.1
    assert echo.tick == 0
    assert 2.25 in echo.values


def test_pause_step_resume_speed_reset_stop(bench: Bench) -> None:
    bench.worker()
    job = bench.start(assignment(duration=1e7))
    bench.wait_for_tick(3)
    paused = bench.applied(bench.command("pause"))
    assert paused.state is State.PAUSED
    stepped = bench.command("step", 5)
    until(lambda: bench.samples()[-1].tick == paused.tick + 5, "five steps are made")
    assert bench.applied(stepped).tick == paused.tick
    until(lambda: len(bench.frames()) > 3 and bench.frames()[-1].sequence > bench.samples()[-1].sequence + 1,
          "signs of life come while it is paused")  # fmt: skip
    assert bench.samples()[-1].tick == paused.tick + 5
    bench.act(reflux_flow=2.5)
    assert bench.applied(bench.command("resume")).state is State.RUNNING
    assert bench.applied(bench.command("speed", 100)).speed == 100
    bench.wait_for_tick(paused.tick + 50)
    fast = bench.command("speed", None)
    assert bench.applied(bench.command("pause")).speed == UNLIMITED
    assert bench.applied(fast).state is State.RUNNING
    reset = bench.applied(bench.command("reset"))
    assert reset.sim_time == 0
    assert not np.isin(2.5, reset.values)
    bench.applied(bench.command("stop"))
    last = bench.last()
    assert last is not None
    assert last.state is State.STOPPED
    until(lambda: bench.status(job.job_id) == "stopped", "RQ knows that it stopped")
    assert not gaps([frame.tick for frame in bench.samples()])


def test_the_duration_ends_the_job_and_frees_everything(bench: Bench) -> None:
    bench.worker()
    job = bench.start(assignment(duration=10.0))
    until(lambda: bench.status(job.job_id) == "started", "RQ knows that it started")
    until(lambda: bench.status(job.job_id) == "finished", "RQ knows that it finished")
    last = bench.last()
    assert last is not None
    assert (last.state, last.sim_time, last.tick) == (State.FINISHED, 10.0, 10)
    (ended,) = bench.reports("ended")
    assert (ended["command"], ended["tick"], ended["epoch"]) == ("finish", 10, 1)
    assert bench.redis.keys("pde:checkpoint:*") == bench.redis.keys("pde:lease:*") == []
    assert bench.redis.hlen("pde:published") == 0


def test_the_wall_clock_ends_a_life(bench: Bench) -> None:
    bench.worker()
    ends_at = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    job = bench.start(assignment(ends_at=ends_at))
    until(lambda: bench.status(job.job_id) == "failed", "its time is over")
    assert [r["command"] for r in bench.reports("ended")] == ["time_out"]
    last = bench.last()
    assert last is not None
    assert last.state is State.TIMED_OUT


def test_rq_sees_every_hosted_job_and_its_stop_command_works(bench: Bench) -> None:
    bench.worker()
    jobs = [bench.start(assignment(f"wood-berry-{n}")) for n in range(1, 4)]
    for n in range(1, 4):
        bench.wait_for_tick(2, f"wood-berry-{n}")
    started = StartedJobRegistry("simulations", connection=bench.redis, serializer="json")
    assert sorted(started.get_job_ids()) == sorted(job.job_id for job in jobs)
    assert [worker.get_state() for worker in Worker.all(bench.redis, serializer="json")] == ["busy"]
    queue, worker = rq_info(bench)
    assert queue == "queue simulations 0, 3 executing, 0 finished, 0 failed"
    assert "busy" in worker
    send_stop_job_command(bench.redis, jobs[1].job_id, serializer="json")
    until(lambda: bench.status(jobs[1].job_id) == "stopped", "RQ's stop command works")
    assert [r["command"] for r in bench.reports("ended", "wood-berry-2")] == ["stop"]
    assert {bench.status(jobs[0].job_id), bench.status(jobs[2].job_id)} == {"started"}
    until(lambda: len(started.get_job_ids()) == 2, "the registry follows")
    for job in (jobs[0], jobs[2]):
        bench.command("stop", sim_id=job.sim_id)
    until(lambda: not started.get_job_ids(), "all have ended")
    until(lambda: "idle" in rq_info(bench)[1], "its worker is idle")
    assert rq_info(bench)[0].startswith("queue simulations 0, 0 executing")


def rq_info(bench: Bench) -> list[str]:
    """What `rq info` says, of the queue and of the worker."""
    command = [sys.executable, "-m", "rq.cli", "info", "--raw", "--url", bench.url]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_a_full_worker_leaves_the_queue_to_others(bench: Bench) -> None:
    bench.worker(PDE_WORKER__SLOTS="2")
    for n in range(1, 4):
        bench.start(assignment(f"wood-berry-{n}"))
    bench.wait_for_tick(10, "wood-berry-2")
    assert bench.status("wood-berry-3-1") == "queued"
    bench.command("stop", sim_id="wood-berry-1")
    bench.wait_for_tick(1, "wood-berry-3")


def test_a_bad_simulation_disturbs_nobody(bench: Bench) -> None:
    bench.worker()
    bench.start(assignment("good-1"))
    bench.start(assignment("unknown-1", model_id="no-such-model"))
    bench.start(assignment("broken-1"))
    bench.wait_for_tick(5, "broken-1")
    bench.act("broken-1", reflux_flow=float("nan"))  # what the gate would never let pass
    until(lambda: bench.reports("ended", "broken-1"), "the broken one fails")
    (broken,), (unknown,) = bench.reports("ended", "broken-1"), bench.reports("ended", "unknown-1")
    assert broken["command"] == unknown["command"] == "fail"
    assert "failed at" in broken["cause"]
    assert "no-such-model" in unknown["cause"]
    last = bench.last("broken-1")
    assert last is not None
    assert last.status is not None
    assert Quality.BAD_OUT_OF_RANGE in last.status
    assert last.state is State.FAILED
    bench.redis.xadd("pde:actions:good-1", {"a": b"not json"}, id="1-0")
    assert bench.applied(1, "good-1").state is State.RUNNING
    packed = pack({"user": "eva", "door": "opcua", "at": 1}, b'["reflux_flow"]', np.array([2.25]).tobytes())
    bench.redis.xadd("pde:actions:good-1", {"a": packed}, id="2-0")
    assert 2.25 in bench.applied(2, "good-1").values
    bench.redis.xadd("pde:actions:good-1", {"a": packed[:-1]}, id="3-0")
    assert bench.applied(3, "good-1").state is State.RUNNING
    before = bench.samples("good-1")[-1].tick
    bench.wait_for_tick(before + 5, "good-1")
    assert not gaps([frame.tick for frame in bench.samples("good-1")])
    until(lambda: bench.status("broken-1-1") == "failed", "RQ knows")


def test_as_fast_as_possible_delays_nobody(bench: Bench) -> None:
    bench.worker()
    bench.start(assignment("calm-1"))
    bench.wait_for_tick(1, "calm-1")
    bench.start(assignment("fast-1", speed=None, duration=20_000.0))
    until(lambda: bench.reports("ended", "fast-1"), "the fast one is done", 60)
    assert [f.tick for f in bench.samples("fast-1")][-1] == 20_000
    assert not gaps([frame.tick for frame in bench.samples("fast-1")])
    periods = np.diff([frame.wall_time for frame in bench.samples("calm-1")]) / 1e9
    calm = bench.last("calm-1")
    assert calm is not None
    assert calm.overruns == 0
    assert periods.max() < 0.2


def test_sigterm_checkpoints_and_releases(bench: Bench) -> None:
    worker = bench.worker()
    job = bench.start(assignment())
    bench.wait_for_tick(5)
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(5) == 0
    assert time.monotonic() - began < 5
    assert [r["command"] for r in bench.reports("released")] == [None]
    assert bench.redis.keys("pde:lease:*") == []
    assert bench.status(job.job_id) == "failed"
    assert bench.redis.exists("pde:checkpoint:wood-berry-1")
    assert not bench.redis.smembers("pde:workers")


def test_fifty_simulations_on_one_worker(bench: Bench) -> None:
    bench.worker()
    names = [f"wood-berry-{n}" for n in range(1, 51)]
    for name in names:
        bench.start(assignment(name, speed=1.0))
    until(lambda: len({r["sim_id"] for name in names for r in bench.reports("began", name)}) == 50, "all begin")
    for name in names:
        bench.wait_for_tick(3, name)
        assert not gaps([frame.tick for frame in bench.samples(name)])
        assert bench.frames(name)[-1].overruns == 0
