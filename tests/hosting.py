"""A Redis, real worker processes and what a receiver sees of them: the bench of the worker tests."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from redis import Redis
from rq.job import Job

from connections.action import Action
from connections.queue import Assignment, JobQueue
from connections.redis_keys import FRAMES, REPORTS, WORKERS, actions_key, worker_key
from plant.frames import Frame, Kind, unpack
from tests.waiting import until

END_WITHIN = 5.0
FAST = {
    "PDE_WORKER__LEASE": "2.0",
    "PDE_WORKER__RENEWAL": "0.2",
    "PDE_WORKER__FENCE": "1.0",
    "PDE_WORKER__CHECKPOINT": "0.5",
    "PDE_WORKER__SIGN_OF_LIFE": "0.3",
}


def assignment(sim_id: str = "wood-berry-1", **changes: Any) -> Assignment:
    """One attempt of a Wood-Berry column at ten times real speed."""
    facts: dict[str, Any] = {
        "sim_id": sim_id, "model_id": "wood-berry", "epoch": 1, "speed": 10.0, "sample_time": 1.0,
        "duration": 3600.0, "seed": 1, "paused": False, "inputs": {},
        "ends_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
    }  # fmt: skip
    return Assignment(**facts | changes)


@dataclass
class Bench:
    """Worker processes on one Redis."""

    url: str
    redis: Any
    queue: JobQueue
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def worker(self, *before_it: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker, by a command before it where it runs elsewhere, and wait until it is ready."""
        before = self.redis.scard(WORKERS)
        process = subprocess.Popen(
            [*before_it, sys.executable, "-m", "workers"],
            env=os.environ | FAST | {"PDE_REDIS_URL": self.url} | environment,
        )
        self.workers.append(process)
        until(lambda: self.redis.scard(WORKERS) > before, "the worker is ready")
        return process

    def start(self, wanted: Assignment, machine: str | None = None) -> Assignment:
        """Queue an attempt."""
        self.queue.enqueue(wanted, machine)
        return wanted

    def frames(self, sim_id: str = "wood-berry-1") -> list[Frame]:
        """What a receiver of all frames has accepted."""
        taken: list[Frame] = []
        for _, fields in self.redis.xrange(FRAMES):
            for frame in unpack(fields[b"b"]):
                if frame.sim_id == sim_id and (not taken or frame.newer_than(taken[-1].epoch, taken[-1].sequence)):
                    taken.append(frame)
        return taken

    def samples(self, sim_id: str = "wood-berry-1") -> list[Frame]:
        """The samples among them."""
        return [frame for frame in self.frames(sim_id) if frame.kind is Kind.SAMPLE]

    def last(self, sim_id: str = "wood-berry-1") -> Frame | None:
        """The newest frame."""
        return next(iter(self.frames(sim_id)[::-1]), None)

    def reports(self, kind: str, sim_id: str = "wood-berry-1") -> list[dict[str, Any]]:
        """The reports of one kind."""
        messages = [json.loads(fields[b"m"]) for _, fields in self.redis.xrange(REPORTS)]
        return [m for m in messages if m["kind"] == kind and m["sim_id"] == sim_id]

    def act(self, sim_id: str = "wood-berry-1", **values: float) -> int:
        """Append an action; its number."""
        return self._append(sim_id, Action("operator", "test", time.time_ns(), values))

    def inject(self, fault: dict[str, Any], sim_id: str = "wood-berry-1") -> int:
        """Append a fault; its number among the actions."""
        return self._append(sim_id, Action("engineer", "test", time.time_ns(), fault=fault))

    def command(self, command: str, argument: float | None = None, sim_id: str = "wood-berry-1") -> int:
        """Append a command; its number."""
        return self._append(sim_id, Action("operator", "test", time.time_ns(), {}, command, argument))

    def _append(self, sim_id: str, action: Action) -> int:
        number = int(self.redis.incr(f"pde:action:{sim_id}"))
        self.redis.xadd(actions_key(sim_id), {"a": action.encode()}, id=f"{number}-0")
        return number

    def applied(self, number: int, sim_id: str = "wood-berry-1") -> Frame:
        """The first frame that carries this action, once it is there."""
        until(lambda: any(f.action >= number for f in self.frames(sim_id)), f"action {number} is applied", 10)
        return next(f for f in self.frames(sim_id) if f.action >= number)

    def worker_keys(self) -> list[str]:
        """The keys of the heartbeats of the living workers."""
        return [worker_key(name.decode()) for name in self.redis.smembers(WORKERS)]

    def status(self, job_id: str) -> str:
        """What RQ says of a job."""
        return str(Job.fetch(job_id, connection=self.redis, serializer="json").get_status().value)

    def wait_for_tick(self, tick: int, sim_id: str = "wood-berry-1", within: float = 20.0) -> None:
        """Until a sample of this tick or a later one is there."""
        until(lambda: any(f.tick >= tick for f in self.samples(sim_id)), f"{sim_id} reaches tick {tick}", within)


@contextmanager
def open_bench(url: str) -> Iterator[Bench]:
    """A bench whose workers end, as they must, within END_WITHIN seconds of SIGTERM."""
    queue = JobQueue(url)
    bench = Bench(url, Redis.from_url(url), queue)
    try:
        yield bench
    finally:
        late = [worker for worker in bench.workers if not _ended(worker)]
        queue.close()
        bench.redis.close()
        assert not late, f"workers that SIGTERM did not end: {late}"


def _ended(worker: subprocess.Popen[bytes]) -> bool:
    if worker.poll() is None:
        worker.send_signal(signal.SIGCONT)
        worker.terminate()
    try:
        worker.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
        return False
    return True
