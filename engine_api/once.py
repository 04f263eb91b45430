"""Requests that carry an Idempotency-Key: done once, however often they arrive."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from connections.bus import KEY_LIFE, speaking
from connections.record import Record
from connections.simulations import Simulations, Start
from plant import catalog
from plant.access import Right, Who, caller
from plant.errors import Duplicate, PlantError, Unavailable, WrongState
from plant.ownership import require_on

CLAIM_LIFE = 30


class Once:
    """Remembers for a day what was done under a key."""

    def __init__(self, simulations: Simulations) -> None:
        self._simulations = simulations

    async def start(self, key: str, start: Start, user: Who) -> Record:
        """The simulation of this key, started now or before.

        Raises Duplicate when the key was used for another request, WrongState while the first one is under way, and
        what `Simulations.start` raises.
        """
        redis = self._simulations.bus.redis
        name = "pde:start:" + _fingerprint([caller(user).name, key])
        asked = _fingerprint(asdict(start))
        with speaking():
            first = await redis.set(name, json.dumps([asked, None]), nx=True, ex=CLAIM_LIFE)
            kept = None if first else await redis.get(name)
        if kept is not None:
            return await self._before(json.loads(kept), asked)
        try:
            record = await self._simulations.start(start, user)
        except PlantError as error:
            if not isinstance(error, Unavailable):
                await _forget(redis, name)
            raise
        with speaking():
            await redis.set(name, json.dumps([asked, record.sim_id]), ex=KEY_LIFE)
        return record

    async def _before(self, kept: tuple[str, str | None], asked: str) -> Record:
        known, sim_id = kept
        if known != asked:
            raise Duplicate("this Idempotency-Key was used for another request")
        if sim_id is None:
            raise WrongState("the first request with this Idempotency-Key is under way; ask again")
        return await asyncio.to_thread(self._simulations.records.get, sim_id)

    async def acted(self, record: Record, key: str, actions: Mapping[str, object], user: Who) -> int | None:
        """The number of the action that this request was before.

        Raises Duplicate when it was another request, and as `require_on`.
        """
        require_on(user, Right.OPERATE, record, f"writing {record.sim_id}")
        done = await self._simulations.bus.find_action(record.sim_id, key)
        if done is None:
            return None
        model = catalog.find(record.model_id)
        asked = {name: model.tag(name, record.sim_id).check(value, record.sim_id) for name, value in actions.items()}
        if done.values != asked:
            raise Duplicate("this Idempotency-Key was used for another request")
        return done.number


async def _forget(redis: Any, name: str) -> None:
    with speaking():
        await redis.delete(name)


def _fingerprint(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
