"""The short set of faults, on one engine under load, with the invariant checker watching: docs/reliability.md.

`PDE_WRITE_DOCS=1` writes its table; otherwise the table must say what these tests found.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from asyncua.sync import Client
from redis import Redis

from tests.system.faults.report import PAGE, Row, lost, proven, rewritten, written
from tests.system.faults.rig import Rig, freeze, full, running, thaw
from tests.system.faults.writer import Writer
from tests.waiting import until

FLEET, SPEED = 6, 10.0
PERIOD = 0.3
LIMIT = 15.0
"""Seconds for everything to be well again, as the table says."""
ROWS: list[Row] = []
WORKERS = "tests/system/workers"
API = "tests/system/api"
pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running(tmp_path_factory.mktemp("faults")) as opened:
        opened.start(FLEET, SPEED)
        yield opened


@contextmanager
def case(rig: Rig, name: str, injected: str, detected: str, recovered: str, writes: bool = True) -> Iterator[None]:
    """A fault, with somebody writing all the while; afterwards everything is well again, and nothing is lost."""
    rig.settled()
    with Writer(rig.engine.http, rig.collector, rig.sims, PERIOD if writes else 600.0) as writer:
        until(lambda: writer.acknowledged, "somebody writes")
        yield
        done = writer.acknowledged
        until(lambda: not writes or writer.acknowledged > done, "writes are acknowledged again")
    rig.settled()
    found = rig.violations()
    ROWS[:] = [row for row in ROWS if row.case != name]  # where a test has a second chance, that is what was found
    ROWS.append(Row(name, injected, detected, recovered, lost(found)))
    assert not found, "\n".join(f"{len(found)} violations: {each}" for each in found[:10])


def test_f1_a_worker_is_killed(rig: Rig) -> None:
    with case(rig, "F1, F2", "`kill -9` of a worker", "lease expired", "running elsewhere within 15 s"):
        before, worker = rig.epochs(), rig.worker_of(rig.sims[0])
        below = worker.children(recursive=True)
        worker.kill()
        until(lambda: not any(map(_lives, below)), "its watchdog ends with it", 5)
        hit = rig.sims[0]
        until(lambda: rig.epochs()[hit] > before[hit], "the next attempt runs", LIMIT)
        rig.moving(LIMIT)


def test_f3_a_worker_freezes_for_longer_than_its_lease(rig: Rig) -> None:
    with case(
        rig, "F3", "worker stopped for longer than its lease, then continued", "lease expired",
        "running elsewhere within 15 s; what the frozen one still says is refused",
    ):  # fmt: skip
        before, worker = rig.epochs(), rig.worker_of(rig.sims[0])
        freeze(worker)
        hit = rig.sims[0]
        until(lambda: rig.epochs()[hit] > before[hit], "the next attempt runs", LIMIT)
        thaw(worker)
        until(lambda: _hosted(rig) == len(rig.sims), "it gives up what is not its own any more", 20)


def test_f4_a_worker_freezes_for_a_moment(rig: Rig) -> None:
    with case(
        rig,
        "F4",
        "worker stopped for less than its lease",
        "late steps counted",
        "same attempt, up to date within 15 s",
    ):
        before, worker = rig.epochs(), rig.worker_of(rig.sims[0])
        freeze(worker)
        time.sleep(0.9)  # the fault itself
        thaw(worker)
        rig.moving(LIMIT)
        assert rig.epochs() == before


def test_f8_all_workers_end_in_good_order(rig: Rig) -> None:
    with case(rig, "F8", "SIGTERM to every worker, one after the other", "at once", "running elsewhere within 15 s"):
        before = rig.epochs()
        for worker in rig.workers():
            worker.terminate()
            assert not psutil.wait_procs([worker], 10)[1]
            rig.moving(LIMIT)
            until(lambda: len(rig.workers()) == 2, "the next one is there", 20)
        assert all(epoch > before[sim] for sim, epoch in rig.epochs().items())


def test_f17_redis_is_killed(rig: Rig) -> None:
    with case(
        rig, "F17", "`kill -9` of Redis, started again after 4 s, longer than the leases",
        "doors answer 503; alert `redis`", "up to date within 15 s of its return",
    ):  # fmt: skip
        rig.redis.kill()
        until(lambda: rig.client.get("/readyz").status_code == 503, "the engine says so", 10)
        time.sleep(3.0)  # the fault itself
        rig.redis.start()
        rig.moving(LIMIT)


def test_f19_redis_forgets_everything(rig: Rig) -> None:
    with (
        case(
            rig, "F19", "`FLUSHALL`", "within a renewal of the leases",
            "up to date within 15 s; acknowledged actions that no worker had read yet are what could be lost",
            writes=False,
        ),
        rig.outage(),
        Redis.from_url(rig.redis.url) as redis,
    ):  # fmt: skip
        redis.flushall()
        rig.moving(LIMIT)


def test_f20_redis_closes_every_connection_again_and_again(rig: Rig) -> None:
    with (
        case(rig, "F20", "`CLIENT KILL TYPE normal` four times a second for 4 s", "at once", "up to date within 15 s"),
        Redis.from_url(rig.redis.url) as redis,
    ):
        for _ in range(16):
            redis.client_kill_filter(_type="normal", skipme=True)
            time.sleep(0.25)  # the fault itself
        rig.moving(LIMIT)


def test_f21_redis_has_no_room_on_its_disk(rig: Rig) -> None:
    with case(
        rig, "F21", "no byte more for Redis's append-only file, for 3 s (MISCONF)",
        "actions are refused with 503; alert `redis_disk`", "up to date within 15 s of room; no worker ended",
    ):  # fmt: skip
        workers = {worker.pid for worker in rig.workers()}
        assert rig.redis.process is not None
        with full(psutil.Process(rig.redis.process.pid)):
            until(lambda: _refuses(rig), "an action is refused", 10)
            time.sleep(3.0)  # the fault itself
        rig.moving(LIMIT)
        assert {worker.pid for worker in rig.workers()} == workers


def test_f22_the_data_folder_s_disk_is_full(rig: Rig) -> None:
    with case(
        rig, "F22", "no byte more for history, records and logs, for 3 s", "starts answer 503",
        "recorded completely within 20 s of its return; `PRAGMA integrity_check` says ok",
    ):  # fmt: skip
        with full(rig.part("opcua_server")), full(rig.part("engine_api")):
            until(lambda: rig.client.post("/api/models/wood-berry/start", json={}).status_code == 503, "refused", 20)
            time.sleep(3.0)  # the fault itself
            rig.moving(LIMIT)
        until(lambda: _starts(rig), "a start is taken again", 10)
    for name in ("history.sqlite", "records.sqlite"):
        assert _whole(rig.engine.data / name)


def test_f26_the_opcua_server_is_killed(rig: Rig) -> None:
    with case(
        rig, "F26", "`kill -9` of the OPC UA server", "clients lose the connection",
        "same NodeIds; a client is connected again within 40 s; history complete",
    ):  # fmt: skip
        before, connections = _node_ids(rig), rig.collector.connections
        rig.part("opcua_server").kill()
        until(lambda: rig.collector.connections > connections, "a client is connected again", 40)
        until(lambda: _node_ids(rig) == before, "the same nodes", 10)


def test_what_other_tests_prove() -> None:
    ROWS.extend(proven(row, tests) for row, tests in ELSEWHERE)


def test_the_page_says_what_was_found() -> None:
    page = PAGE.read_text()
    if os.environ.get("PDE_WRITE_DOCS"):
        PAGE.write_text(rewritten(page, ROWS))
    kept = written(PAGE.read_text())
    assert [str(row) for row in ROWS] == [kept.get(row.case) for row in ROWS]


ELSEWHERE = (
    (
        Row("F5, F7", "worker cut off from Redis for longer than its lease (proxy: drop)", "its own clock, 7 s",
            "running elsewhere; back on the network it writes nothing that counts", "nothing"),
        ["tests/system/faults/test_proxy.py::test_a_worker_cut_off_writes_nothing_that_counts"],
    ),
    (
        Row("F9", "the cable of a second machine pulled out for longer than its lease (two network namespaces)",
            "lease expired", "running on the other machine; plugged in again it writes nothing that counts, and "
            "offers itself again", "nothing"),
        ["tests/system/faults/test_proxy.py::test_a_machine_whose_cable_is_pulled_writes_nothing_that_counts"],
    ),
    (
        Row("F6", "delay, throttle, pause and reset between worker and Redis (proxy)", "frames wait in the worker",
            "same attempt, sent in order", "nothing"),
        ["tests/system/faults/test_proxy.py::test_a_bad_network_to_redis_loses_no_tick"],
    ),
    (
        Row("F10", "a simulation that loses its workers again and again", "lease expired",
            "later each time, alone from the third attempt, failed after the last with the cause",
            "nothing of the others"),
        ["tests/unit/engine_api/test_reconciler_rounds.py::"
         "test_lost_again_and_again_it_comes_later_alone_and_fails_at_last",
         f"{WORKERS}/test_isolation.py::test_a_slow_one_moves_and_the_others_go_on"],
    ),
    (
        Row("F11", "a step that never ends", "watchdog, within 4 s",
            "worker replaced, the others go on with any worker; the culprit fails alone", "nothing of the others"),
        [f"{API}/test_snapshots.py::test_an_endless_step_costs_the_others_seconds_and_its_own_life",
         f"{WORKERS}/test_isolation.py::test_an_endless_step_costs_one_worker_and_then_only_itself"],
    ),
    (
        Row("F12", "a life that is longer than its limit on the wall clock, or that nobody acts on",
            "its worker, at once", "timed out, its job has ended, its slot is free", "nothing"),
        [f"{WORKERS}/test_hosting.py::test_the_wall_clock_ends_a_life",
         "tests/unit/workers/test_hosted.py::test_its_life_ends_when_nobody_acts_and_can_be_extended"],
    ),
    (
        Row("F13", "a step that kills its worker, with everything that it hosts", "watchdog, at once",
            "the others go on with any worker and keep their attempts, its own one is counted",
            "nothing of the others"),
        [f"{WORKERS}/test_isolation.py::test_a_worker_that_dies_of_one_costs_the_others_no_attempt"],
    ),
    (
        Row("F15, F16", "a wall clock set by an hour, forwards or back", "alert `skew` after 2 s",
            "no step moves, no attempt is lost, time goes on rising", "nothing"),
        ["tests/unit/workers/test_hosted.py::test_a_wall_clock_that_is_set_moves_no_step",
         "tests/unit/workers/test_checkpoint.py::test_a_clock_that_was_set_back_stops_no_simulation",
         "tests/unit/engine_api/test_alert_measures.py::test_skew_of_a_clock"],
    ),
    (
        Row("F21, at a start", "Redis full (noeviction) while a process of its own is being started", "it is told OOM",
            "the same attempt begins when there is room", "nothing"),
        [f"{WORKERS}/test_isolation.py::test_a_process_of_its_own_waits_for_a_full_redis"],
    ),
    (
        Row("F14", "20 starts with one Idempotency-Key; 50 changes of one version", "at once",
            "one simulation; one 200, 49 times 412", "nothing"),
        [f"{API}/test_idempotency.py::test_two_starts_and_fifty_make_one_simulation_and_redis_may_forget",
         f"{API}/test_idempotency.py::test_of_fifty_changes_of_one_version_one_is_made"],
    ),
    (
        Row("F23", "the newest checkpoint torn", "its checksum", "the one before is used, bit for bit", "nothing"),
        [f"{WORKERS}/test_take_over.py::test_a_damaged_checkpoint_is_replaced_by_the_one_before"],
    ),
    (
        Row("F24", "`kill -9` of the engine while it answers", "supervisor, at once",
            "the request sent again with its key is done once", "nothing"),
        [f"{API}/test_idempotency.py::test_a_killed_engine_leaves_nothing_half_done"],
    ),
    (
        Row("F25", "Redis lost its memory and its workers died", "lease expired",
            "rebuilt from the database: records, checkpoints, actions", "nothing that was copied (5 s)"),
        [f"{API}/test_machines.py::test_redis_forgets_and_the_worker_dies"],
    ),
    (
        Row("F62", "five kills of the worker of one simulation, with actions", "at once",
            "every sample equals an undisturbed run, bit for bit", "nothing"),
        [f"{WORKERS}/test_take_over.py::test_a_killed_worker_s_simulation_goes_on_bit_for_bit"],
    ),
    (
        Row("F27", "SIGTERM to the OPC UA server", "ServiceLevel 0, SecondsTillShutdown 1 s before",
            "same NodeIds, values and history after the restart", "nothing"),
        ["tests/system/opcua/test_life.py::test_health_and_the_announced_end",
         "tests/system/opcua/test_life.py::test_a_restart_keeps_ids_values_and_history"],
    ),
)  # fmt: skip


def _hosted(rig: Rig) -> int:
    """How many simulations the workers say they host."""
    machines = rig.client.get("/api/system").json()["machines"]
    return sum(machine["hosted"] for machine in machines)


def _lives(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def _refuses(rig: Rig) -> bool:
    return rig.client.post(f"/api/sims/{rig.sims[0]}/steam_flow", json={"value": 1.71}).status_code == 503


def _starts(rig: Rig) -> bool:
    answer = rig.client.post("/api/models/wood-berry/start", json={"wait": True})
    return answer.status_code == 201 and rig.client.delete(f"/api/sims/{answer.json()['sim_id']}").is_success


def _whole(file: Path) -> bool:
    with sqlite3.connect(file) as connection:
        answer = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    return bool(answer == ("ok",))


def _node_ids(rig: Rig) -> set[str]:
    with Client(rig.engine.opcua) as client:
        nodes = [client.get_node(f"ns=2;s={sim}") for sim in rig.sims]
        return {child.nodeid.to_string() for node in nodes for child in node.get_children()}
