"""Emptying machines: what runs on a draining one moves elsewhere as soon as there is room, worker by worker."""

import asyncio

from rq.command import send_shutdown_command

from connections.log import logger
from connections.machines import Draining
from connections.placement import free, open_seats
from connections.simulations import Simulations
from engine_api.scene import Scene, Worker

_log = logger("drains")


def leaving(scene: Scene) -> Worker | None:
    """The worker that is to give back what it hosts now: the emptiest one of a machine to be emptied, if others have
    room for all of it."""
    room = free(open_seats(scene.seats, scene.draining))
    busy = [
        worker for worker in scene.workers
        if worker.seat.hosted and scene.draining.get(worker.seat.machine) is Draining.MOVE
    ]  # fmt: skip
    first = min(busy, key=lambda worker: (worker.seat.hosted, worker.name), default=None)
    return first if first is not None and first.seat.hosted <= room else None


async def empty(simulations: Simulations, scene: Scene) -> None:
    """Ask the next worker to end: it saves what it hosts and gives it back, and the next attempts start elsewhere.

    RQ's own shutdown command does it, as SIGTERM would.
    """
    worker = leaving(scene)
    if worker is not None:
        _log.info("a worker is emptied", worker=worker.name, hosted=worker.seat.hosted)
        await asyncio.to_thread(simulations.queue.do, lambda redis: send_shutdown_command(redis, worker.name))
