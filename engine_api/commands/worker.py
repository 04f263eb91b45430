"""`pde worker`: one worker process on this machine."""

import os
import sys
from typing import Annotated

import typer

from engine_api.commands.surroundings import load_settings

RedisUrl = Annotated[str | None, typer.Option("--redis", help="URL of the engine's Redis (default: PDE_REDIS_URL).")]
Machine = Annotated[str | None, typer.Option(help="Id of this machine; its own queue is served first.")]
Slots = Annotated[int | None, typer.Option(min=1, help="How many simulations it hosts at most (default: 250).")]


def worker(redis: RedisUrl = None, machine: Machine = None, slots: Slots = None) -> None:
    """Host simulations until SIGTERM; more workers, on any machine, share the work."""
    given = {"PDE_REDIS_URL": redis, "PDE_MACHINE": machine, "PDE_WORKER__SLOTS": slots}
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    load_settings()
    os.execv(sys.executable, [sys.executable, "-m", "workers"])  # noqa: S606 - our own interpreter
