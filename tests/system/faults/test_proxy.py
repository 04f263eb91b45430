"""The fault proxy does what it says, and a worker behind it keeps its promises."""

import time
from dataclasses import replace

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from connections.redis_keys import WORKERS
from plant import catalog
from tests.hosting import Bench, assignment, open_bench
from tests.system.faults.invariants import Facts, check
from tests.system.faults.machine import second_machine
from tests.system.faults.proxy import FaultProxy, proxied
from tests.waiting import until

LEASE = {"PDE_WORKER__LEASE": "4", "PDE_WORKER__FENCE": "3"}
TAGS = tuple(tag.name for tag in catalog.find("wood-berry").tags)


def broken(bench: Bench, sim_id: str = "wood-berry-1") -> list[str]:
    return [violation.what for violation in check(Facts(sim_id, TAGS, bench.frames(sim_id), {}, {}))]


def test_pause_drop_reset_delay_throttle(redis_url: str) -> None:
    with proxied(redis_url) as proxy, Redis.from_url(
        proxy.proxy.url, socket_timeout=0.5, retry=Retry(NoBackoff(), 0)
    ) as redis:  # fmt: skip
        redis.set("x", b"x" * 50_000)
        proxy.do(FaultProxy.pause)
        with pytest.raises(RedisTimeoutError):
            redis.ping()
        proxy.do(lambda each: setattr(each, "dropping", True))
        proxy.do(lambda each: each._flowing.set())
        with pytest.raises(RedisTimeoutError):
            redis.ping()
        proxy.do(FaultProxy.resume)
        assert redis.ping()
        connection = redis.client_id()
        proxy.do(FaultProxy.reset)
        assert redis.client_id() != connection
        began = time.monotonic()
        proxy.do(lambda each: setattr(each, "delay", 0.1))
        assert redis.ping()
        assert time.monotonic() - began >= 0.2
        proxy.do(FaultProxy.resume)
        began = time.monotonic()
        proxy.do(lambda each: setattr(each, "rate", 200_000.0))
        assert len(redis.get("x")) == 50_000
        assert time.monotonic() - began >= 0.2


def test_a_worker_cut_off_writes_nothing_that_counts(redis_url: str) -> None:
    """F5, F7: it falls silent by its own clock; when the network is back, it has nothing more to say."""
    with proxied(redis_url) as proxy, open_bench(redis_url) as bench:
        bench.worker(PDE_REDIS_URL=proxy.proxy.url)
        wanted = bench.start(assignment())
        bench.wait_for_tick(10)
        proxy.do(lambda each: setattr(each, "dropping", True))
        until(lambda: not bench.redis.exists("pde:lease:wood-berry-1"), "the lease expires")
        bench.start(replace(wanted, epoch=2))
        bench.worker()
        until(lambda: any(frame.epoch == 2 for frame in bench.frames()), "another worker takes over")
        proxy.do(FaultProxy.resume)
        proxy.do(FaultProxy.reset)
        until(lambda: bench.status(wanted.job_id) == "failed", "the first worker gives its job up")
        bench.wait_for_tick(bench.samples()[-1].tick + 10)
        assert broken(bench) == []


def test_a_machine_whose_cable_is_pulled_writes_nothing_that_counts(redis_url: str) -> None:
    """F9: the same with a real network between two machines, and the simulation on the far one."""
    with second_machine() as machine:
        if machine is None:
            pytest.skip("network namespaces are not permitted here; the fault proxy stands in for them")
        with proxied(redis_url, machine.address) as relay, open_bench(redis_url) as bench:
            bench.worker(*machine.command, PDE_REDIS_URL=relay.proxy.url, PDE_MACHINE="far")
            wanted = bench.start(assignment())
            bench.wait_for_tick(10)
            machine.pull()
            until(lambda: not bench.redis.exists("pde:lease:wood-berry-1"), "the lease expires")
            bench.start(replace(wanted, epoch=2))
            bench.worker()
            until(lambda: any(frame.epoch == 2 for frame in bench.frames()), "this machine takes over")
            machine.plug()
            until(lambda: bench.status(wanted.job_id) == "failed", "the far machine gives its job up")
            until(lambda: bench.redis.scard(WORKERS) == 2, "and offers itself again")
            bench.wait_for_tick(bench.samples()[-1].tick + 10)
            assert broken(bench) == []


@pytest.mark.parametrize("fault", ["delay", "rate", "reset", "pause"])
def test_a_bad_network_to_redis_loses_no_tick(redis_url: str, fault: str) -> None:
    """F6, F20: late, slow, broken and silent connections, shorter than the lease."""
    with proxied(redis_url) as proxy, open_bench(redis_url) as bench:
        bench.worker(PDE_REDIS_URL=proxy.proxy.url, **LEASE)
        bench.start(assignment())
        bench.wait_for_tick(5)
        for value in (2.0, 2.1, 2.2):
            match fault:
                case "reset":
                    proxy.do(FaultProxy.reset)
                case "pause":
                    proxy.do(FaultProxy.pause)
                    time.sleep(1.0)  # the fault itself
                    proxy.do(FaultProxy.resume)
                case _:
                    proxy.do(lambda each: setattr(each, fault, 0.05 if fault == "delay" else 30_000.0))
            assert value in bench.applied(bench.act(reflux_flow=value)).values
        bench.wait_for_tick(bench.samples()[-1].tick + 20)
        assert {frame.epoch for frame in bench.frames()} == {1}
        assert broken(bench) == []
