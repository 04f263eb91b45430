"""A whole engine on a Redis that can be killed and filled, its fleet of simulations, and its watcher."""

import resource
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
from redis import Redis
from redis.exceptions import RedisError

from connections.redis_server import find_redis_server
from plant import catalog
from plant.frames import Frame
from plant.simulation import Simulation
from tests.engine import Engine, run_engine
from tests.system.faults.collector import Collector, collecting
from tests.system.faults.invariants import Outage, Violation, accepted, check, samples
from tests.waiting import until

MODEL = "wood-berry"
TAGS = ("reflux_flow", "distillate_methanol")
QUICK = {
    "PDE_WORKERS": "2", "PDE_WORKER__LEASE": "3.0", "PDE_WORKER__RENEWAL": "0.5", "PDE_WORKER__FENCE": "2.2",
    "PDE_WORKER__CHECKPOINT": "0.5", "PDE_RECONCILE": "0.2", "PDE_COPIES": "0.3", "PDE_LEADER": "2.0",
    "PDE_LIFE__BACK_OFF": "0.2", "PDE_LIFE__HEALTHY": "5.0", "PDE_LIFE__ATTEMPTS": "4",
}  # fmt: skip
"""Times of a third of the defaults and less."""


@dataclass
class RedisServer:
    """Redis as an operator runs it, with its append-only file, on a unix socket."""

    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 'redis.sock'}"

    def start(self) -> None:
        """Run it until it answers. A full disk gives it an error, no signal."""
        command = [
            str(find_redis_server()), "--port", "0", "--unixsocket", str(self.folder / "redis.sock"), "--dir",
            str(self.folder), "--appendonly", "yes", "--save", "", "--logfile", str(self.folder / "redis.log"),
        ]  # fmt: skip
        self.process = subprocess.Popen(command, restore_signals=False)
        until(self.answers, "Redis answers")

    def answers(self) -> bool:
        with suppress(RedisError), Redis.from_url(self.url) as redis:
            return bool(redis.ping())
        return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait()


@dataclass
class Rig:
    """The engine, its doors and what was seen through them."""

    engine: Engine
    redis: RedisServer
    client: httpx.Client
    collector: Collector
    sims: list[str] = field(default_factory=list)

    def start(self, count: int, speed: float, model: str = MODEL) -> list[str]:
        """Start simulations and wait until each is watched and moves."""
        begun = []
        for _ in range(count):
            answer = self.client.post(f"/api/models/{model}/start", json={"speed": speed, "wait": True})
            begun.append(str(answer.raise_for_status().json()["sim_id"]))
            self.collector.watch(begun[-1], model)
        self.sims += begun
        self.moving(30)
        return begun

    def record(self, sim_id: str) -> dict[str, object]:
        """What REST says of it."""
        answer: dict[str, object] = self.client.get(f"/api/sims/{sim_id}").raise_for_status().json()
        return answer

    def epochs(self) -> dict[str, int]:
        """The epoch of each newest frame."""
        return {sim: frame.epoch for sim in self.sims if (frame := self.collector.last(sim)) is not None}

    def workers(self) -> list[psutil.Process]:
        """The worker processes, watchdogs and processes for one simulation left out."""
        return [each for each in self.engine.running("workers") if each.is_running()]

    def worker_of(self, sim_id: str) -> psutil.Process:
        """The process that hosts it, as RQ knows it."""
        with Redis.from_url(self.redis.url) as redis:
            pid = redis.hget(f"rq:worker:{self.record(sim_id)['worker']}", "pid")
        assert pid is not None
        return psutil.Process(int(pid))

    def part(self, module: str) -> psutil.Process:
        """The process of a part."""
        (process,) = self.engine.running(module)
        return process

    def moving(self, within: float, sims: Sequence[str] = ()) -> None:
        """Until every simulation has sent a sample of this moment or a later one: nothing is left to make up."""
        now = time.time_ns()

        def moved() -> bool:
            return all((f := self.collector.last(sim)) is not None and f.wall_time > now for sim in sims or self.sims)

        until(moved, "every simulation is at the present", within)

    def settled(self, within: float = 40.0) -> None:
        """Until all is as it should be: both workers there, every simulation at the present, everything recorded."""
        workers = int(QUICK["PDE_WORKERS"])
        until(lambda: len(self.workers()) == workers, "all workers are there", within)
        until(self._ready, "the engine is ready", within)
        until(lambda: not self._amiss(), "every simulation runs its newest attempt", within, self._amiss)
        self.moving(within)
        collector = self.collector
        until(lambda: not collector.unheard(), "OPC UA tells of every tag", within,
              lambda: (collector.unheard(), collector.trouble))  # fmt: skip
        ends = {sim: self._last_sample(sim) for sim in self.sims}

        def recorded() -> bool:
            facts = (self.collector.facts(sim) for sim in self.sims)
            return all(f.recorded[TAGS[0]].sim_time[-1:].tolist() >= [ends[f.sim_id].sim_time] for f in facts)

        until(recorded, "everything is recorded", 20)

    def _ready(self) -> bool:
        with suppress(httpx.HTTPError):
            return self.client.get("/readyz").is_success
        return False

    def _amiss(self) -> list[str]:
        """Where what is recorded of a simulation is not what runs."""
        try:
            records, epochs = {sim: self.record(sim) for sim in self.sims}, self.epochs()
        except httpx.HTTPError as error:
            return [repr(error)]
        return [
            f"{sim}: {r['status']} ({r['cause']}), attempt {r['epoch']}, heard of {epochs.get(sim)}"
            for sim, r in records.items()
            if r["status"] != "running" or r["epoch"] != epochs.get(sim)
        ]

    def _last_sample(self, sim_id: str) -> Frame:
        return samples(self.collector.frames[sim_id])[-1]

    def violations(self) -> list[Violation]:
        """Of every simulation, against the invariants and an undisturbed run."""
        found: list[Violation] = []
        for sim in self.sims:
            facts = self.collector.facts(sim)
            found += check(facts)
            found += [Violation(sim, "undisturbed", what) for what in undisturbed(facts.frames)]
        return found

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Declare that samples may be missing, or come twice, in this time."""
        begun = time.time_ns()
        yield
        self.collector.outages.append(Outage(begun, time.time_ns()))


def undisturbed(frames: Sequence[Frame]) -> Iterator[str]:
    """Where the samples differ, in any bit, from a simulation that no fault ever touched, with the same actions."""
    simulation, kept = Simulation(catalog.find(MODEL), 1.0), {frame.tick: frame for frame in samples(frames)}
    place = simulation.model.index(TAGS[0])
    echoes = {frame.action: frame for frame in reversed(accepted(frames)) if frame.action}
    for tick in range(max(kept) + 1):
        if tick:
            simulation.advance()
        if tick in kept and simulation.values.tobytes() != kept[tick].values.tobytes():
            yield f"tick {tick} is not what an undisturbed run gives"
            return
        for number in sorted(n for n, echo in echoes.items() if echo.tick == tick):
            simulation.set(TAGS[0], float(echoes[number].values[place]))


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Rig]:
    """Everything, ended in good order."""
    redis = RedisServer(folder)
    redis.start()
    with ExitStack() as stack:
        stack.callback(redis.end)
        engine = stack.enter_context(run_engine(folder, PDE_REDIS_URL=redis.url, **QUICK | environment))
        client = stack.enter_context(httpx.Client(base_url=engine.http, timeout=30.0))
        collector = Collector(redis.url, engine.opcua, engine.data / "history.sqlite", TAGS)
        stack.enter_context(collecting(collector))
        yield Rig(engine, redis, client, collector)


def freeze(process: psutil.Process) -> None:
    """SIGSTOP for it and its children."""
    for each in [process, *process.children(recursive=True)]:
        each.send_signal(signal.SIGSTOP)


def thaw(process: psutil.Process) -> None:
    """SIGCONT for them."""
    for each in [process, *process.children(recursive=True)]:
        each.send_signal(signal.SIGCONT)


@contextmanager
def full(process: psutil.Process) -> Iterator[None]:
    """No file of this process may grow: its writes fail as on a full disk."""
    most = process.rlimit(resource.RLIMIT_FSIZE)
    process.rlimit(resource.RLIMIT_FSIZE, (1, most[1]))
    try:
        yield
    finally:
        process.rlimit(resource.RLIMIT_FSIZE, most)
