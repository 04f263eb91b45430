"""What one simulation computes never holds up the others: slow, endless, or an FMU, it gets a process of its own."""

import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from redis import Redis
from rq.command import send_stop_job_command

from connections.own import shelf
from connections.own.definition import accept
from connections.queue import Assignment
from connections.redis_keys import lease_key
from plant.lifecycle import State
from tests.hosting import Bench, assignment
from tests.unit.connections.fmus import fmu
from tests.waiting import until

SLOW = "treadmill-2"
MODELS = {"PDE_MODELS_FOLDER": str(Path(__file__).parent / "models"), "PDE_WORKER__STUCK": "1.5"}
LONG = {"PDE_WORKER__LEASE": "10", "PDE_WORKER__FENCE": "7"}


def slow(**changes: object) -> Assignment:
    return assignment(SLOW, model_id="treadmill", speed=2.0, **changes)


def whole(bench: Bench, sim_id: str = "wood-berry-1") -> bool:
    """Whether no tick is missing and none is doubled."""
    ticks = [frame.tick for frame in bench.samples(sim_id)]
    return ticks == list(range(ticks[-1] + 1))


def test_a_slow_one_moves_and_the_others_go_on(bench: Bench) -> None:
    bench.worker(**MODELS, **LONG, PDE_WORKER__STEP_BUDGET="0.05")
    bench.start(assignment())
    first = bench.start(slow())
    bench.wait_for_tick(2, SLOW)
    bench.act(SLOW, work=0.2)
    until(lambda: bench.reports("released", SLOW), "the slow one is given back")
    (report,) = bench.reports("released", SLOW)
    assert report["isolate"]
    assert "its budget is 0.05 s" in report["cause"]
    until(lambda: bench.status(first.job_id) == "failed", "its job has ended")
    second = bench.start(slow(epoch=2, isolated=True))
    until(lambda: any(frame.epoch == 2 for frame in bench.samples(SLOW)), "it goes on in its own process")
    assert bench.status(second.job_id) == "started"
    (child,) = children("workers.isolated")
    assert child.nice() > psutil.Process().nice()
    assert child.rlimit(psutil.RLIMIT_AS)[0] == 4_000_000_000
    reached = bench.samples()[-1].tick
    bench.wait_for_tick(reached + 20)
    assert whole(bench)
    assert whole(bench, SLOW)
    beat = bench.redis.hgetall(bench.worker_keys()[0])
    assert (int(beat[b"hosted"]), int(beat[b"isolated"])) == (2, 1)
    assert int(beat[b"memory"]) > 50_000_000
    assert beat[b"watched"] == b"1"
    send_stop_job_command(bench.redis, second.job_id, serializer="json")
    until(lambda: bench.status(second.job_id) == "stopped", "RQ's stop command ends it")
    last = bench.last(SLOW)
    assert last is not None
    assert last.state is State.STOPPED
    until(lambda: not children("workers.isolated"), "its process has ended")


def test_an_endless_step_costs_one_worker_and_then_only_itself(bench: Bench) -> None:
    worker = bench.worker(**MODELS, **LONG)
    wanted, culprit = bench.start(assignment()), bench.start(slow())
    bench.wait_for_tick(5)
    bench.wait_for_tick(1, SLOW)
    bench.act(SLOW, work=100.0)
    assert worker.wait(20) == -signal.SIGKILL
    until(lambda: bench.reports("released") and bench.reports("released", SLOW), "both are given back")
    assert bench.reports("released")[0]["cause"] == f"{SLOW} blocked its worker"
    assert not bench.reports("released")[0]["isolate"]
    assert bench.reports("released", SLOW)[0]["isolate"]
    assert "did not end within 1.5 s" in bench.reports("released", SLOW)[0]["cause"]
    bench.worker(**MODELS | LONG | {"PDE_WORKER__LEASE": "4", "PDE_WORKER__FENCE": "3"})
    bench.start(replace(wanted, epoch=2))
    bench.start(replace(culprit, epoch=2, isolated=True))
    until(lambda: bench.reports("ended", SLOW), "the culprit fails in its own process", 60)
    (report,) = bench.reports("ended", SLOW)
    assert report["command"] == "fail"
    assert "without an answer" in report["cause"]
    reached = bench.samples()[-1].tick
    bench.wait_for_tick(reached + 10)
    assert whole(bench)
    assert not children("workers.isolated")


def test_a_worker_that_dies_of_one_costs_the_others_no_attempt(bench: Bench) -> None:
    worker = bench.worker(**MODELS, **LONG)
    bench.start(assignment())
    bench.start(slow())
    bench.start(assignment("treadmill-3", model_id="treadmill", speed=1.0, isolated=True))
    bench.wait_for_tick(5)
    bench.wait_for_tick(1, SLOW)
    bench.wait_for_tick(1, "treadmill-3")
    bench.act(SLOW, work=99.0)
    assert worker.wait(20) == -signal.SIGKILL
    for innocent in ("wood-berry-1", "treadmill-3"):
        until(lambda each=innocent: given_back(bench, each), "those it hosted too are given back")
        assert not any(report.get("isolate") for report in bench.reports("released", innocent))
        assert not bench.redis.exists(lease_key(innocent))
    until(lambda: not bench.redis.exists(lease_key(SLOW)), "its lease is given back, long before it expires", 5)
    assert not bench.reports("released", SLOW), "the engine counts the attempt of the one that it died of"
    until(lambda: not children("workers.isolated"), "nothing is left of it")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a C compiler")
def test_an_fmu_that_hangs_holds_up_nobody(bench: Bench) -> None:
    definition, _ = accept(fmu("2-cs"))
    with Redis.from_url(bench.url) as redis:
        shelf.fill(redis, [definition])
    bench.worker(**LONG)
    bench.start(assignment())
    bench.start(assignment("first-order-lag-3", model_id="first-order-lag", sample_time=0.5, speed=1.0))
    bench.wait_for_tick(2, "first-order-lag-3", 40)
    assert len(children("workers.isolated")) == 1
    before = bench.last()
    bench.act("first-order-lag-3", heater_power=85.0)
    until(lambda: bench.reports("ended", "first-order-lag-3"), "the hanging FMU fails")
    assert "gave no answer" in bench.reports("ended", "first-order-lag-3")[0]["cause"]
    after = bench.last()
    assert before is not None
    assert after is not None
    assert after.overruns <= before.overruns + 2
    assert set(np.diff([frame.tick for frame in bench.samples()])) == {1}
    until(lambda: not children("workers.isolated"), "its process has ended")


def test_a_process_of_its_own_waits_for_a_full_redis(bench: Bench) -> None:
    bench.worker(**MODELS)
    wanted = bench.start(slow(isolated=True))
    until(lambda: children("workers.isolated"), "its process is being started")
    bench.redis.config_set("maxmemory", 1)  # noeviction: every write answers OOM
    time.sleep(4.0)  # the fault itself, longer than its start and its lease
    (child,) = children("workers.isolated")
    assert not bench.redis.exists(lease_key(SLOW))
    bench.redis.config_set("maxmemory", 0)
    bench.wait_for_tick(5, SLOW)
    assert children("workers.isolated") == [child]
    assert bench.status(wanted.job_id) == "started"
    assert not bench.reports("ended", SLOW)
    assert {frame.epoch for frame in bench.frames(SLOW)} == {1}


@pytest.mark.parametrize(("name", "value"), [("PDE_WORKER__MEMORY", "100000000"), ("PDE_WORKER__CPU", "0.0001")])
def test_a_worker_over_its_budget_takes_nothing_new(bench: Bench, name: str, value: str) -> None:
    bench.worker(**{name: value})
    job = bench.start(assignment())
    until(lambda: bench.redis.hget(bench.worker_keys()[0], "slots") == b"0", "it offers no slot")
    assert bench.status(job.job_id) == "queued"


def given_back(bench: Bench, sim_id: str) -> bool:
    """Whether the watchdog did; a process of its own may have said good-bye before it."""
    return f"{SLOW} ended its worker" in [report["cause"] for report in bench.reports("released", sim_id)]


def children(module: str) -> list[psutil.Process]:
    found = []
    for each in psutil.Process().children(recursive=True):
        try:
            if module in each.cmdline():
                found.append(each)
        except psutil.NoSuchProcess:
            continue
    return found
