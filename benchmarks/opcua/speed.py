"""Reads, writes and monitored tags of our server beside its peers, with the same client in the same run.

`python -m benchmarks.opcua.speed [--tags N] [--seconds S] [--rounds R] [--peers a,b] [--what a,b]`

It takes a quarter of an hour with all peers. Rates depend on how busy the machine is; the server's own CPU time for
each request or value much less.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from benchmarks.opcua.client import Figures, ask
from benchmarks.opcua.servers import PEERS, Server, engine_alone, identity, ours, peer

BATCH = 500
PER_SUBSCRIPTION = 10_000
SETTLE = 5.0
WARM_UP, IDLE = 1.0, 2.0
LONGEST = 100.0
"""Seconds for one round of one server: one that takes longer can't do it, and is not asked again."""
ALONE = "tag engine"


@asynccontextmanager
async def server(kind: str, tags: int, own: Path | None = None) -> AsyncIterator[Server]:
    """A server by its name; with the client's identity one that offers security."""
    if kind == "pde":
        async with ours(tags, trusted=own) as (found, _):
            yield found
    elif kind == ALONE:
        async with engine_alone(tags) as alone:
            yield alone
    else:
        async with peer(kind, tags, own) as other:
            yield other


async def idle(under_test: Server) -> float:
    """Seconds that the server computes in a second when nobody asks."""
    begun, since = under_test.seconds, time.monotonic()
    await asyncio.sleep(IDLE)
    return (under_test.seconds - begun) / (time.monotonic() - since)


async def load(
    under_test: Server, own: Path | None, what: str, count: int, seconds: float, unasked: float
) -> tuple[float, float]:
    """Requests a second, and microseconds of the server's CPU for each, without what it computes `unasked`."""
    names = under_test.write if what == "write" else under_test.read
    begun, since = under_test.seconds, time.monotonic()
    figures = await ask(under_test.url, under_test.namespace, names, what, count, seconds, identity=own)
    if figures.get("refused"):
        raise RuntimeError(f"{figures['refused']:.0f} writes refused")
    computed = under_test.seconds - begun - unasked * (time.monotonic() - since)
    return figures["requests/s"], 1e6 * computed / (figures["requests/s"] * seconds)


async def services(kind: str, tags: int, seconds: float, own: Path | None = None) -> Figures:
    """One round of single Reads, batch Reads and batch Writes."""
    async with server(kind, tags, own) as under_test:
        for what, count in (("read", 1), ("read", BATCH), ("write", BATCH)):
            await load(under_test, own, what, count, WARM_UP, 0.0)  # compilers that work while it runs get their time
        unasked = await idle(under_test)
        single, of_single = await load(under_test, own, "read", 1, seconds, unasked)
        batch, of_batch = await load(under_test, own, "read", BATCH, seconds, unasked)
        write, of_write = await load(under_test, own, "write", BATCH, seconds, unasked)
        return {
            "single Read/s": single, "single Read, processor µs": of_single,
            "batch Read values/s": BATCH * batch, "batch Read, processor ns a value": 1e3 * of_batch / BATCH,
            "batch Write values/s": BATCH * write, "batch Write, processor ns a value": 1e3 * of_write / BATCH,
        }  # fmt: skip


async def secured(kind: str, tags: int, seconds: float) -> Figures:
    """The same on a channel with Basic256Sha256, signed and encrypted."""
    async with identity() as own:
        return await services(kind, tags, seconds, own)


async def monitored(kind: str, tags: int, seconds: float) -> Figures:
    """Server CPU per second while so many tags are monitored at 1 Hz."""
    async with server(kind, tags) as under_test:
        begun: list[tuple[float, float]] = []
        clock = asyncio.get_running_loop().time
        idle = under_test.seconds, clock()
        await asyncio.sleep(5.0)
        unwatched = (under_test.seconds - idle[0]) / (clock() - idle[1])
        figures = await ask(
            under_test.url, under_test.namespace, under_test.read, "watch", tags, -(-tags // PER_SUBSCRIPTION), 1000.0,
            seconds, SETTLE, settled=lambda: begun.append((under_test.seconds, clock())),
        )  # fmt: skip
        computed, since = begun[0]
        load = (under_test.seconds - computed) / (clock() - since)
        return {
            "cores": load, "cores unwatched": unwatched, "notifications/s": figures["notifications/s"],
            "missed": figures["missed"], "monitored": figures["monitored"], "MB": under_test.memory / 1e6,
        }  # fmt: skip


async def measured(kind: str, name: str, tags: int, seconds: float) -> Figures | None:
    """One round; None, with the reason on standard error, where the server can't do it."""
    figures = None
    try:
        async with asyncio.timeout(LONGEST):
            figures = await MEASURES[name](kind, tags, seconds)
    except* (RuntimeError, TimeoutError, OSError) as failed:
        print(f"{kind}, {name}: {failed.exceptions[0] or 'timed out'}", file=sys.stderr, flush=True)
    else:
        print(f"{kind}, {name}: {figures}", file=sys.stderr, flush=True)
    return figures


MEASURES = {"services": services, "secured": secured, "monitored": monitored}
_LONGER = 3
"""What happens once a second is watched for longer."""
WITHOUT = {(ALONE, "secured")}
"""Not measured: it has no certificate."""


async def main(tags: int, seconds: float, rounds: int, kinds: list[str], what: list[str]) -> None:
    """Print the tables in Markdown."""
    machine = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}"
    print(f"{machine}; medians of {rounds}")
    for name in what:
        long = name == "monitored"
        size = tags if long else min(tags, 2000)
        chosen = [kind for kind in kinds if (kind, name) not in WITHOUT]
        found: dict[str, list[Figures]] = {kind: [] for kind in chosen}
        for number in range(rounds):
            for kind in chosen:  # in turn, so that all of them see the same machine
                if len(found[kind]) == number:
                    figures = await measured(kind, name, size, seconds * (_LONGER if long else 1))
                    found[kind] += [] if figures is None else [figures]
        show(f"{name}, {size} tags", found)


def told(value: float) -> str:
    """A number for the table."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def show(title: str, found: dict[str, list[Figures]]) -> None:
    """One table."""
    names = next((rounds[0] for rounds in found.values() if rounds), {})
    print(f"\n{title}\n\n| server | {' | '.join(names)} |\n|---|{'---:|' * len(names)}")
    for kind, rounds in found.items():
        cells = (told(median(one[name] for one in rounds)) if rounds else "fails" for name in names)
        print(f"| {kind} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tags", type=int, default=60_000)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--peers", default=",".join(PEERS), help="the servers beside ours; '' for none")
    parser.add_argument("--what", default=",".join(MEASURES))
    options = parser.parse_args()
    servers = ["pde", ALONE, *filter(None, options.peers.split(","))]
    asyncio.run(main(options.tags, options.seconds, options.rounds, servers, options.what.split(",")))
