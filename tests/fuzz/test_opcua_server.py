"""Mutated messages of real clients against the running server: it stays up, stays small and serves everybody else.

`PDE_FUZZ_SECONDS` says how long (60 in CI, 10 otherwise), `PDE_FUZZ_SEED` repeats a run.
"""

import asyncio
import json
import logging
import os
import random
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from connections.pki.store import Pki
from tests.certificates import made
from tests.fuzz.attack import PATIENCE, Attack, Honest
from tests.fuzz.recording import relay
from tests.fuzz.scenario import never_served, use_everything, use_security
from tests.system.opcua.rig import Served, begin, opened, prepared, serving

SECONDS = float(os.environ.get("PDE_FUZZ_SECONDS") or (60 if os.environ.get("PDE_REQUIRE_ALL") else 10))
SEED = int(os.environ.get("PDE_FUZZ_SEED") or secrets.randbits(32))
LARGEST_GROWTH = 150e6
"""Bytes: caches are bounded by less; a leak of a kilobyte for each message would be more within minutes."""
LOG = logging.getLogger("fuzz")
UNEXPECTED = ("Traceback", "request failed")


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    with prepared(tmp_path) as settings, serving(settings) as running:
        yield running


async def corpus(served: Served, folder: Path) -> tuple[list[bytes], list[list[bytes]]]:
    """Requests, and whole conversations."""
    holder = made("fuzz")
    (Pki(served.settings.pki_folder).folder / "trusted" / "fuzz.der").write_bytes(holder.der)
    async with opened(served.settings) as simulations, relay(served.url) as between:
        twin = await begin(simulations)
        await twin.step()
        await use_everything(between.url, twin.sim_id)
        await use_security(between.url, holder, folder)
        heard = between.heard
    return [body for one in heard for body in one.bodies] + never_served(), [one.chunks for one in heard]


@pytest.mark.timeout(SECONDS + 90)
async def test_mutated_messages_harm_nobody(served: Served, tmp_path: Path) -> None:
    bodies, streams = await corpus(served, tmp_path)
    assert len(bodies) > 100
    attack, honest = Attack(served.url, bodies, streams, random.Random(SEED)), Honest(served.url)
    LOG.info("PDE_FUZZ_SEED=%d, %d requests, %g s", SEED, len(bodies), SECONDS)
    try:
        grown = await under(attack, honest, psutil.Process(served.process.pid))
        assert served.process.poll() is None
        assert not (found := unexpected(served.log)), f"{len(found)} kinds:\n" + "\n\n".join(found)[-8000:]
        assert grown < LARGEST_GROWTH, f"{grown / 1e6:.0f} MB more"
        assert honest.longest < PATIENCE
    except BaseException as error:
        newest = "\n".join(message[:500].hex() for message in list(attack.sent)[-10:])
        error.add_note(f"PDE_FUZZ_SEED={SEED}, after {attack.messages} messages; the newest:\n{newest}")
        raise
    slowest = honest.longest * 1e3
    LOG.info("%d messages, %d honest reads, the slowest %d ms", attack.messages, honest.reads, slowest)


async def under(attack: Attack, honest: Honest, process: psutil.Process) -> float:
    """Attack while an honest client reads; answers by how many bytes the server has grown since a quarter of it."""
    others = asyncio.create_task(honest.run())
    try:
        await attack.run(SECONDS / 4)
        before = process.memory_info().rss
        await attack.run(SECONDS * 3 / 4)
        return float(process.memory_info().rss - before)
    finally:
        others.cancel()
        (ended,) = await asyncio.gather(others, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError), repr(ended)


def unexpected(log: Path) -> list[str]:
    """What the server has not foreseen, each kind once."""
    kinds: dict[str, str] = {}
    for line in log.read_text().splitlines():
        if any(word in line for word in UNEXPECTED):
            entry = json.loads(line) if line.startswith("{") else {"exception": line}
            text = str(entry.get("exception", line))
            kinds.setdefault(text[-200:], text[-1500:])
    return list(kinds.values())
