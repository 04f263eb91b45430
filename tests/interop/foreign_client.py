"""An OPC UA client of another maker, driven by JSON lines (clients/README.md has the protocol)."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

ANSWER_WITHIN = 60.0
END_WITHIN = 10.0
LONGEST_ANSWER = 64 * 1024 * 1024


class RefusedError(Exception):
    """The client could not open its session; `status` is the OPC UA status code that it was given."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(f"0x{answer['status']:08X}: {answer['error']}")
        self.status: int = answer["status"]


@dataclass(frozen=True, slots=True)
class ForeignClient:
    """A client with an open session."""

    process: Process
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, op: str, **arguments: object) -> dict[str, Any]:
        """Send one command and return its answer; a bad status is an answer, it is not raised."""
        assert self.process.stdin is not None
        async with self.turn:
            self.process.stdin.write(json.dumps({"op": op, **arguments}).encode() + b"\n")
            await self.process.stdin.drain()
            return await self._answer()

    async def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        async with asyncio.timeout(ANSWER_WITHIN):
            line = await self.process.stdout.readline()
        assert line, f"the client ended with {await self.process.wait()} instead of answering"
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def open_client(command: Sequence[str], endpoint: str, options: dict[str, str]) -> AsyncIterator[ForeignClient]:
    """Start the client, wait for its session; `options` are policy, mode, user, password."""
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    process = await create_subprocess_exec(
        *command, endpoint, *arguments, stdin=PIPE, stdout=PIPE, limit=LONGEST_ANSWER
    )
    try:
        client = ForeignClient(process)
        greeting = await client._answer()
        if greeting["status"] != 0:
            raise RefusedError(greeting)
        yield client
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    """Close its input, upon which it closes its session and ends."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(END_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
