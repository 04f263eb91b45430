"""The command line tools of asyncua against the server: every door and service that they have."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT, create_subprocess_exec
from pathlib import Path

from tests.interop.doors import Door, Keys, doors
from tests.interop.makers import TOOLS
from tests.interop.services import BOTTOMS
from tests.system.opcua.rig import Twin
from tests.waiting import until_async

FOLDER = Path(sys.executable).parent
PATIENCE = "20"
"""Seconds that a tool waits for an answer; its default is one."""
AT_ONCE = 2


async def run(tool: str, url: str, *arguments: str) -> tuple[int, str]:
    """Run a tool to its end; its exit code and output."""
    command = [FOLDER / tool, "-u", url, "--timeout", PATIENCE, *arguments]
    process = await create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT)
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def done(tool: str, url: str, *arguments: str) -> str:
    """The output of a tool that has to succeed."""
    code, output = await run(tool, url, *arguments)
    assert code == 0, f"{tool} {' '.join(arguments)}: {output}"
    return output


async def try_all(url: str, keys: Keys, twin: Twin) -> None:
    """Everything that the tools can do."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def opened(door: Door) -> None:
        async with turns:
            assert "datetime" in await done("uaread", url, "-n", "i=2258", "-t", "variant", *_options(door, keys))

    await asyncio.gather(*(opened(door) for door in doors(TOOLS)))
    own = f"ns=2;s={twin.sim_id}"
    await _values(url, own)
    await _history(url, own, twin)
    await _listen(url, own, twin)
    await done("uacall", url, "-n", own, "-m", "0:Suspend")
    assert [action.command for action in await twin.actions()][-1] == "pause"
    code, output = await run("uacall", url, "-n", own, "-m", "0:Suspend")
    assert code != 0, output
    assert "BadInvalidState" in output


def _options(door: Door, keys: Keys) -> list[str]:
    options = []
    if door.policy != "None":
        name = door.policy.replace("_", "")
        options += ["--security", f"{name},{door.mode},{keys.tools},{keys.tools_key}"]
    given = keys.options(door)
    if "user" in given:
        options += ["--user", given["user"], "--password", given["password"]]
    return options


async def _values(url: str, own: str) -> None:
    listing = await done("uals", url, "-n", own)
    assert f"{own}.reflux_flow" in listing
    assert await _shown(url, f"{own}.reflux_flow") == "1.95"
    assert "lb/min" in await done("uaread", url, "-n", f"{own}.reflux_flow.EngineeringUnits")
    await done("uawrite", url, "-n", f"{own}.reflux_flow", "-t", "double", "2.5")

    async def in_effect() -> bool:
        return await _shown(url, f"{own}.reflux_flow") == "2.5"

    await until_async(in_effect, "what was written is read", 40)
    code, output = await run("uawrite", url, "-n", f"{own}.reflux_flow", "-t", "double", "99")
    assert (code, "BadOutOfRange" in output) == (1, True), output


async def _shown(url: str, node: str) -> str:
    """A value; warnings come before it."""
    return (await done("uaread", url, "-n", node)).splitlines()[-1].strip()


async def _history(url: str, own: str, twin: Twin) -> None:
    for _ in range(3):
        await twin.step()

    async def told() -> bool:
        return (await done("uahistoryread", url, "-n", f"{own}.feed_flow")).count("2.45") >= 3

    await until_async(told, "the samples are told", 40)


async def _listen(url: str, own: str, twin: Twin) -> None:
    values = await _until_heard(url, twin, ["-n", f"{own}.{BOTTOMS}"], "2.5")
    assert own in values or "2.5" in values
    events = await _until_heard(url, twin, ["-t", "event", "-n", own], "is normal again")
    assert BOTTOMS in events


async def _until_heard(url: str, twin: Twin, arguments: list[str], what: str) -> str:
    """Listen while the bottoms go up and down, until this is heard."""
    command = [FOLDER / "uasubscribe", "-u", url, "--timeout", PATIENCE, *arguments]
    process = await create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT, env={"PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    heard = ""
    moving = asyncio.create_task(_up_and_down(twin))
    try:
        async with asyncio.timeout(40):
            while what not in heard:
                line = (await process.stdout.readline()).decode()
                assert line, f"uasubscribe ended: {heard}"
                heard += line
    finally:
        moving.cancel()
        process.terminate()
        await asyncio.gather(moving, process.communicate(), return_exceptions=True)
    return heard


async def _up_and_down(twin: Twin) -> None:
    while True:
        for value in (2.5, 0.2):
            twin.simulation.set(BOTTOMS, value)
            await twin.send()
            await asyncio.sleep(0.3)
