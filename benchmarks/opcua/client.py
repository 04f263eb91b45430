"""The C client, run as a process of its own: what it says about a server."""

import asyncio
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "scripts" / "parts"
Figures = dict[str, float]


@cache
def part() -> Path:
    """The folder of the open62541 programs, built the first time."""
    done = subprocess.run([SCRIPTS / "open62541"], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


async def ask(
    url: str, namespace: int, names: Path, *arguments: object, settled: Callable[[], None] | None = None
) -> Figures:
    """Run the client; `settled` is called when it begins to measure. Raises RuntimeError with what it says."""
    command = [part() / "client", url, namespace, names, *arguments]
    process = await asyncio.create_subprocess_exec(*map(str, command), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    figures: Figures = {}
    try:
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
