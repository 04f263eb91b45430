"""Child processes kept running: started, started again when they end by themselves, and ended in good order."""

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from connections.child import dying_with_parent
from connections.log import logger
from plant.errors import Unavailable

LOG = logger("pde.supervisor")
END_WITHIN = 8.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
STEADY_AFTER = 30.0
EARLY_DEATHS = 3


@dataclass(slots=True, eq=False)
class Part:
    """One child process: `python -m module`; `pid` while it runs."""

    name: str
    module: str
    pid: int | None = None


async def keep_running(part: Part, environment: Mapping[str, str], ended: asyncio.Event, ready: asyncio.Event) -> None:
    """Run a part until `ended` is set; one that keeps dying at its start, before all was `ready`, raises Unavailable.

    Afterwards it is started again for ever, later each time: the other parts are worth keeping.
    """
    deaths, clock = 0, asyncio.get_running_loop().time
    while not ended.is_set():
        started = clock()
        code = await _run_once(part, environment, ended)
        if ended.is_set():
            return
        deaths = 0 if code == 0 else 1 if clock() - started > STEADY_AFTER else deaths + 1
        LOG.warning("a part ended by itself", part=part.name, code=code, deaths=deaths)
        if not ready.is_set() and deaths >= EARLY_DEATHS and clock() - started < STEADY_AFTER:
            raise Unavailable(
                f"the {part.name} ended {deaths} times while starting (exit code {code}); see its log above"
            )
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), min(FIRST_PAUSE * 2 ** min(deaths, 10), LONGEST_PAUSE))


async def _run_once(part: Part, environment: Mapping[str, str], ended: asyncio.Event) -> int:
    """One life of a part; its own session, so that Ctrl-C reaches us alone and we end it in order."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", part.module, env=dict(environment), preexec_fn=dying_with_parent(),
        start_new_session=True, stdin=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    part.pid = process.pid
    try:
        async with asyncio.TaskGroup() as group:
            stopping = group.create_task(_stop_when(ended, process))
            await process.wait()
            stopping.cancel()
    finally:
        await _stop(process)
        part.pid = None
    return process.returncode or 0


async def _stop_when(ended: asyncio.Event, process: asyncio.subprocess.Process) -> None:
    await ended.wait()
    await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    """SIGTERM, patience, then SIGKILL."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END_WITHIN)
    except TimeoutError:
        LOG.error("a part did not end in time and is killed", pid=process.pid)
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def inherited(settings: Mapping[str, object]) -> dict[str, str]:
    """This process's environment with these settings on top; None leaves a name as it is."""
    return dict(os.environ) | {name: str(value) for name, value in settings.items() if value is not None}
