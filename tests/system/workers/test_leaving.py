"""A worker that is asked to end gives back whatever it has, in time: a simulation loses no attempt by that."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from connections.queue import Assignment
from connections.redis_keys import lease_key
from tests.hosting import END_WITHIN, Bench, assignment
from tests.waiting import until

SLOW = "treadmill-2"
ENVIRONMENT = {
    "PDE_MODELS_FOLDER": str(Path(__file__).parent / "models"), "PDE_WORKER__LEASE": "30", "PDE_WORKER__FENCE": "20",
}  # fmt: skip


def slow(**changes: object) -> Assignment:
    return assignment(SLOW, model_id="treadmill", speed=2.0, **changes)


def apart(worker: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    """Its processes for one simulation."""
    below = psutil.Process(worker.pid).children(recursive=True)
    return [each for each in below if "workers.isolated" in each.cmdline()]


def beginning(bench: Bench, worker: "subprocess.Popen[bytes]") -> None:
    until(lambda: apart(worker), "its process is being started")


def frozen(bench: Bench, worker: "subprocess.Popen[bytes]") -> None:
    bench.wait_for_tick(2, SLOW)
    apart(worker)[0].suspend()


def computing(bench: Bench, worker: "subprocess.Popen[bytes]") -> None:
    bench.wait_for_tick(2, SLOW)
    bench.act(SLOW, work=100.0)
    (child,) = apart(worker)
    begun = child.cpu_times().user
    until(lambda: child.cpu_times().user > begun + 0.5, "it computes")


def stepping(bench: Bench, worker: "subprocess.Popen[bytes]") -> None:
    bench.wait_for_tick(2, SLOW)


@pytest.mark.parametrize("state", [beginning, frozen, computing, stepping])
def test_one_with_a_process_of_its_own(bench: Bench, state: Callable[[Bench, "subprocess.Popen[bytes]"], None]) -> None:
    worker = bench.worker(**ENVIRONMENT)
    wanted = bench.start(slow(isolated=True))
    state(bench, worker)
    below = psutil.Process(worker.pid).children(recursive=True)
    ends(bench, worker, wanted)
    assert not psutil.wait_procs(below, 5)[1], "nothing is left of it"


def test_one_whose_step_blocks_the_worker(bench: Bench) -> None:
    worker = bench.worker(**ENVIRONMENT, PDE_WORKER__STUCK="60")
    wanted, other = bench.start(slow()), bench.start(assignment())
    bench.wait_for_tick(2, SLOW)
    bench.act(SLOW, work=100.0)
    begun = psutil.Process(worker.pid).cpu_times().user
    until(lambda: psutil.Process(worker.pid).cpu_times().user > begun + 1.0, "it computes")
    ends(bench, worker, wanted, other)


def test_one_that_waits_for_an_earlier_attempt_to_give_way(bench: Bench) -> None:
    key = lease_key("wood-berry-1")
    bench.redis.hset(key, mapping={"epoch": 1, "owner": "another"})
    worker = bench.worker(**ENVIRONMENT)
    wanted = bench.start(assignment(epoch=2))
    until(lambda: bench.status(wanted.job_id) == "started", "it has the job")
    worker.terminate()
    worker.wait(END_WITHIN)
    assert [report["epoch"] for report in bench.reports("released")] == [2]
    assert bench.redis.hget(key, "owner") == b"another", "which is not its own"


def ends(bench: Bench, worker: "subprocess.Popen[bytes]", *hosted: Assignment) -> None:
    """In good order, and soon; everything is given back once and may begin elsewhere."""
    worker.terminate()
    assert worker.wait(END_WITHIN) == 0
    for each in hosted:
        assert [report["cause"] for report in bench.reports("released", each.sim_id)] == ["its worker stops"]
        assert not bench.redis.exists(lease_key(each.sim_id))
        assert not bench.reports("ended", each.sim_id)
        assert bench.status(each.job_id) == "failed"
