"""The C client, run as a process of its own: what it says about a server."""

import asyncio
import os
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "scripts" / "parts"
Figures = dict[str, float]
LONGEST = 300.0
"""Seconds for one measurement: a server that takes longer can't do it."""


@cache
def part(name: str) -> Path:
    """The folder of a foreign part, built the first time. Raises RuntimeError where it can't be built."""
    done = subprocess.run([SCRIPTS / name], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} can't be built: {done.stderr.strip()[-200:]}")
    return Path(done.stdout.strip())


async def ask(
    url: str, namespace: int, names: Path, *arguments: object, settled: Callable[[], None] | None = None,
    identity: Path | None = None,
) -> Figures:  # fmt: skip
    """Run the client; `settled` is called when it begins to measure. Raises RuntimeError with what it says.

    With an `identity`, a folder with a certificate and its key, the channel is signed and encrypted.
    """
    command = [part("open62541") / "client", url, namespace, names, *arguments]
    own = {} if identity is None else {"CLIENT_IDENTITY": str(identity)}
    process = await asyncio.create_subprocess_exec(
        *map(str, command), env=os.environ | own, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    figures: Figures = {}
    try:
        async with asyncio.timeout(LONGEST):
            async for line in process.stdout:
                name, value = line.decode().split()
                figures[name] = float(value)
                if name == "settled" and settled is not None:
                    settled()
            said = (await process.stderr.read()).decode().strip()
            if await process.wait() != 0:
                raise RuntimeError(said or f"the client ended with {process.returncode}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return figures
