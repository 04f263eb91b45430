"""`python -m workers.isolated`: hosts one simulation in a process of its own, which may be slow, hang or crash alone.

The first line of the standard input is the order (JSON: assignment, name, machine, machine_name, memory); the later
ones are requests: {"stop": cause} or {"leave": true}. Every line of the standard output is a message to the worker:
hosting, alive (memory, cpu), ended (state, cause, lost, tick, simulation_time), over (cause), failed (cause).
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from threading import Thread
from typing import Any, BinaryIO

from redis import Redis
from redis.exceptions import RedisError

from connections import machine_code
from connections.log import logger, set_up_log
from connections.own.local import register_local
from connections.queue import Assignment
from connections.settings import Settings, read_settings
from plant.errors import PlantError
from workers.adoption import EpochOver, GivesWay, adopt
from workers.host import Host
from workers.hosted import Hosted
from workers.keeper import Identity
from workers.limits import limit, renew_processor_time
from workers.usage import Meter

PATIENCE = 2.0
"""Seconds for an answer of Redis."""
AWAY = 0.5
"""Seconds until the next try while Redis is away."""
_LOG = logger(__name__)


class Line:
    """The way to the worker: one JSON message a line."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink

    def tell(self, kind: str, **facts: Any) -> None:
        """Send it; a worker that is gone hears nothing, and the kernel ends this process with it."""
        try:
            self._sink.write(json.dumps({"kind": kind, **facts}).encode() + b"\n")
            self._sink.flush()
        except OSError as error:
            _LOG.warning("the worker hears nothing", cause=str(error))


class Child:
    """The host of the one simulation, as its worker speaks with it."""

    def __init__(self, settings: Settings, order: dict[str, Any], line: Line) -> None:
        self._settings, self._line, self._meter = settings, line, Meter()
        self._assignment = Assignment(**order["assignment"])
        self._identity = Identity(order["name"], order["machine"], order["machine_name"])
        assert settings.redis_url is not None  # noqa: S101 - the worker has one
        self._url = settings.redis_url
        self._host = Host(self._url, self._identity, settings.worker, self._ended, pulse=self._pulse)

    def serve(self, requests: Iterator[dict[str, Any]]) -> None:
        """Host it until its end, or until the worker wants it to leave or has no more requests."""
        hosted, restored = self._adopt()
        self._host.start()
        self._host.adopt(hosted, restored)
        self._line.tell("hosting")
        Thread(target=self._obey, args=(requests,), daemon=True).start()
        self._host.join(None)

    def _adopt(self) -> tuple[Hosted, bool]:
        """Take it on as soon as Redis lets it: one that is full or away is waited for, as the worker does."""
        with Redis.from_url(self._url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE) as redis:
            while True:
                try:
                    return adopt(redis, self._assignment, self._identity.name, self._settings.worker.lease)
                except RedisError as error:
                    _LOG.warning("Redis is away", sim_id=self._assignment.sim_id, cause=str(error))
                    self._pulse()
                    time.sleep(AWAY)

    def _obey(self, requests: Iterator[dict[str, Any]]) -> None:
        for request in requests:
            if "stop" in request:
                self._host.stop(self._assignment.sim_id, request["stop"])
            else:
                break
        self._host.leave()

    def _pulse(self) -> None:
        """Called by the loop that steps: the proof that it is not stuck."""
        renew_processor_time(self._settings.worker.lease)
        usage = self._meter.read()
        self._line.tell("alive", memory=usage.memory, cpu=usage.cpu)

    def _ended(self, hosted: Hosted, lost: bool) -> None:
        self._line.tell(
            "ended", state=str(hosted.state), cause=hosted.cause, lost=lost, tick=hosted.tick,
            simulation_time=hosted.simulation.time,
        )  # fmt: skip
        self._host.leave()


def main() -> None:
    """Read the order, set the limits, host."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the worker says when it is time
        signal.signal(number, signal.SIG_IGN)
    line = Line(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # whatever a model prints must not look like a message
    order = json.loads(sys.stdin.readline())
    settings = read_settings()
    set_up_log("worker", settings.log_level)
    try:
        machine_code.load()
        register_local(settings.models_folder)
        limit(settings.worker.isolated_memory)
        Child(settings, order, line).serve(json.loads(text) for text in sys.stdin)
    except (EpochOver, GivesWay) as error:  # the next attempt is the engine's affair
        line.tell("over", cause=str(error))
    except Exception as error:  # whatever a model's building raises is told
        _LOG.exception("can't host")
        line.tell("failed", cause=str(error) if isinstance(error, PlantError) else f"{type(error).__name__}: {error}")
    os._exit(0)  # a library that can't be unloaded must not keep the process


if __name__ == "__main__":
    main()
