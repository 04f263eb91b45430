"""Stores the audit: what all doors have told is added to SQL, once, and then taken out of Redis."""

import asyncio
from dataclasses import replace

from connections.audit import WITHIN, Audit, Entry
from connections.bus import Bus, speaking
from connections.log import logger
from connections.told import entries
from connections.trail import TRAIL
from engine_api.live import Live
from plant.errors import Unavailable

MOST_KEPT = 5_000_000
"""The oldest are forgotten beyond that."""
_PRUNED_EVERY = 10_000
_LINGER = 5_000
"""Milliseconds that stored entries stay in Redis: the OPC UA server, which shows them as events, may be behind."""
_RETRY = 1.0
_log = logger("audit")


async def keep_audit(bus: Bus, audit: Audit, live: Live) -> None:
    """Store for ever; waits out the database being away."""
    place, stored = await _stored(audit), 0
    async for messages in bus.follow_together(TRAIL, place):
        told = [one for where, message in messages for one in _entries(where, message, live)]
        await _store(audit, told)
        await _forget(bus, messages[-1][0])
        stored += len(told)
        if stored >= _PRUNED_EVERY:
            stored = 0
            await asyncio.to_thread(audit.keep, MOST_KEPT)


async def _stored(audit: Audit) -> str:
    while True:
        try:
            return await asyncio.to_thread(audit.last_place)
        except Unavailable as error:
            _log.warning("audit not stored", cause=str(error))
            await asyncio.sleep(_RETRY)  # its return can't be awaited


async def _store(audit: Audit, entries: list[tuple[str, Entry]]) -> None:
    while True:
        try:
            await asyncio.to_thread(audit.append, entries)
        except Unavailable as error:
            _log.warning("audit not stored", cause=str(error))
            await asyncio.sleep(_RETRY)  # its return can't be awaited
            continue
        return


async def _forget(bus: Bus, place: str) -> None:
    """Take out of Redis what was stored a while before the entry at `place`."""
    try:
        with speaking():
            await bus.redis.xtrim(TRAIL, minid=int(place.partition("-")[0]) - _LINGER, approximate=False)
    except Unavailable as error:
        _log.warning("stored entries stay in Redis for now", cause=str(error))


def _entries(where: str, message: bytes, live: Live) -> list[tuple[str, Entry]]:
    """The entries of a message with their places; those behind the first of a batch are numbered."""
    try:
        told = entries(message)
    except (ValueError, TypeError) as error:
        _log.warning("entry of another version ignored", error=repr(error))
        return []
    places = (where if number == 0 else f"{where}{WITHIN}{number}" for number in range(len(told)))
    return [(place, _timed(entry, live)) for place, entry in zip(places, told, strict=True)]


def _timed(entry: Entry, live: Live) -> Entry:
    frame = live.frame(entry.sim_id) if entry.sim_id else None
    return entry if frame is None else replace(entry, simulation_time=entry.simulation_time or frame.sim_time)
