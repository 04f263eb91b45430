"""Reads, writes and monitored tags of our server beside its peers, with the same client in the same run.

`python -m benchmarks.opcua.speed [--tags N] [--seconds S] [--rounds R] [--peers a,b]`
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

from benchmarks.opcua.client import Figures, ask
from benchmarks.opcua.servers import PEERS, Server, engine_alone, ours, peer

BATCH = 500
PER_SUBSCRIPTION = 10_000
SETTLE = 5.0


@asynccontextmanager
async def server(kind: str, tags: int) -> AsyncIterator[Server]:
    """A server by its name."""
    if kind == "pde":
        async with ours(tags) as (own, _):
            yield own
    elif kind == "tag engine":
        async with engine_alone(tags) as alone:
            yield alone
    else:
        async with peer(kind, tags) as other:
            yield other


async def services(kind: str, tags: int, seconds: float) -> Figures:
    """One round of single Reads, batch Reads and batch Writes."""
    async with server(kind, tags) as under_test:
        where = under_test.url, under_test.namespace
        single = await ask(*where, under_test.read, "read", 1, seconds)
        batch = await ask(*where, under_test.read, "read", BATCH, seconds)
        write = await ask(*where, under_test.write, "write", BATCH, seconds)
        return {
            "single Read/s": single["requests/s"], "batch Read values/s": batch["values/s"],
            "batch Write values/s": write["values/s"], "refused": write["refused"],
        }  # fmt: skip


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


async def main(tags: int, seconds: float, rounds: int, kinds: list[str], what: list[str]) -> None:
    """Print the table."""
    machine = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}"
    print(f"{machine}; medians of {rounds}")
    for title, measure, size in (("services", services, min(tags, 2000)), ("monitored", monitored, tags)):
        if title not in what:
            continue
        found: dict[str, list[Figures]] = {kind: [] for kind in kinds}
        for _ in range(rounds):
            for kind in kinds:  # in turn, so that all of them see the same machine
                try:
                    found[kind].append(await measure(kind, size, seconds))
                except (RuntimeError, TimeoutError) as error:
                    print(f"{kind}: {error or 'timed out'}", file=sys.stderr)
        print(f"\n{title}, {size} tags")
        for kind in kinds:
            names = found[kind][0] if found[kind] else {}
            figures = (f"{name} {median(one[name] for one in found[kind]):.4g}" for name in names)
            print(f"  {kind:<12} {'   '.join(figures) or 'fails'}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tags", type=int, default=60_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--servers", default=",".join(("pde", "tag engine", *PEERS)))
    parser.add_argument("--what", default="services,monitored")
    options = parser.parse_args()
    asyncio.run(
        main(options.tags, options.seconds, options.rounds, options.servers.split(","), options.what.split(","))
    )
