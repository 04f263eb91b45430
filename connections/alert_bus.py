"""Alerts between the processes: the engine that leads tells them, the others and the OPC UA server hear them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from connections.bus import MESSAGES_KEPT, Bus, speaking

ALERTS = "pde:alerts"
"""Stream of what was raised and what has ended."""
RAISED = "pde:alerts:raised"
"""Hash of what is raised at present, by its key."""


async def tell(bus: Bus, changes: Sequence[tuple[str, Mapping[str, Any], bool]]) -> None:
    """Append (key, content, whether it lasts) in order, and keep what is raised. Raises Unavailable."""
    with speaking():
        async with bus.redis.pipeline(transaction=True) as pipeline:
            for key, content, lasts in changes:
                text = json.dumps(content)
                pipeline.xadd(ALERTS, {"m": text}, maxlen=MESSAGES_KEPT, approximate=True)
                if lasts:
                    pipeline.hset(RAISED, key, text)
                else:
                    pipeline.hdel(RAISED, key)
            await pipeline.execute()


async def raised(bus: Bus) -> list[dict[str, Any]]:
    """What is raised at present. Raises Unavailable."""
    with speaking():
        found: dict[bytes, bytes] = await bus.redis.hgetall(RAISED)
    return [json.loads(text) for text in found.values()]
