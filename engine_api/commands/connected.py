"""Work on the database and the Redis of a running engine, for commands on its machine."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

from connections.migrations import migrate
from connections.settings import Settings
from connections.simulations import Simulations, open_simulations
from engine_api.commands.surroundings import fail, load_settings
from plant.errors import PlantError

SOCKET = "redis.sock"
T = TypeVar("T")


def connected(work: Callable[[Simulations], Awaitable[T]], data: Path | None = None) -> T:
    """Do it with the database and the Redis of these settings; what goes wrong is told in a sentence."""
    settings = engine_settings(data)

    async def do() -> T:
        async with open_simulations(settings) as simulations:
            return await work(simulations)

    try:
        migrate(settings.sql_url)
        return asyncio.run(do())
    except* PlantError as group:
        problems = sorted({str(error) for error in _leaves(group)})
    return fail("; ".join(problems))


def _leaves(group: BaseExceptionGroup[PlantError]) -> Iterator[PlantError]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


def engine_settings(data: Path | None) -> Settings:
    """The settings, with the embedded Redis of a running `pde up` where they name none."""
    settings = load_settings()
    settings = settings if data is None else settings.model_copy(update={"data": data})
    socket = settings.data.absolute() / "redis" / SOCKET
    if settings.redis_url is None and socket.exists():
        return settings.model_copy(update={"redis_url": f"unix://{socket}"})
    return settings
