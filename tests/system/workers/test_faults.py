"""Faults survive the loss of their worker: the next one repeats them at the same ticks, bit for bit."""

import time
from dataclasses import replace
from typing import Any

from connections.action import Action
from connections.queue import Assignment
from plant import catalog
from plant.faults import Fault
from plant.faults_check import check_faults
from plant.frames import Frame
from plant.simulation import Simulation
from tests.hosting import Bench, assignment
from tests.waiting import until

MODEL = catalog.find("wood-berry")
NOISY = MODEL.index("bottoms_methanol")


def words(**asked: Any) -> dict[str, Any]:
    (fault,) = check_faults(MODEL, [asked])
    return fault.words()


def test_faults_go_on_with_another_worker(bench: Bench) -> None:
    planned = [{**words(tag="bottoms_methanol", kind="noise", size=0.05), "start": 0.0}]
    wanted = bench.start(assignment(speed=50.0, faults=planned))
    worker = bench.worker()
    injected = words(tag="distillate_methanol", kind="drift", size=60.0)
    stuck = words(tag="reflux_flow", kind="stuck")
    numbers = [bench.inject(injected)]
    bench.wait_for_tick(60)
    numbers.append(bench.inject(stuck))
    bench.applied(numbers[-1])
    worker.kill()
    worker.wait()
    bench.queue.withdraw(wanted.job_id)
    bench.start(replace(wanted, epoch=2))
    bench.worker()
    until(lambda: (last := bench.last()) is not None and last.epoch == 2, "the second attempt shows itself", 20)
    tick = max(frame.tick for frame in bench.samples()) + 30
    bench.wait_for_tick(tick)
    applied = {n: next(f.tick for f in bench.frames() if f.action >= n) for n in numbers}
    compare(
        wanted,
        bench.samples(),
        {applied[numbers[0]]: [(injected, numbers[0])], applied[numbers[1]]: [(stuck, numbers[1])]},
    )
    told = bench.reports("faults")[-1]["faults"]
    assert [(fault["number"], fault["tag"]) for fault in told] == [
        (1, "bottoms_methanol"), (1 + numbers[0], "distillate_methanol"), (1 + numbers[1], "reflux_flow"),
    ]  # fmt: skip


def compare(wanted: Assignment, samples: list[Frame], injected: dict[int, list[tuple[dict[str, Any], int]]]) -> None:
    faults = [Fault.from_words(each) for each in wanted.faults]
    simulation = Simulation(MODEL, wanted.sample_time, wanted.inputs, faults=faults)
    frames = {frame.tick: frame for frame in samples}
    assert sorted(frames) == list(range(max(frames) + 1)), "no tick is missing"
    for tick in range(max(frames) + 1):
        if tick:
            simulation.advance()
        assert simulation.values.tobytes() == frames[tick].values.tobytes(), f"tick {tick}"
        status, expected = frames[tick].status, simulation.status
        assert status is not None, "the noise is told"
        assert expected is not None
        assert status[NOISY] == expected[NOISY]
        for each, action in injected.get(tick, []):
            simulation.inject(Fault.from_words(each), len(wanted.faults) + action)


def test_an_action_of_a_fault_is_read_back_as_it_was() -> None:
    fault = words(tag="reflux_flow", kind="stuck")
    action = Action("engineer", "rest", time.time_ns(), fault=fault, number=3)
    assert Action.decode(3, action.encode()) == action
