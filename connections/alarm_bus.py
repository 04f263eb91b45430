"""Alarms between the processes: what the OPC UA server tells of them, and the orders that other doors give to it."""

import asyncio
import json
import time
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from connections.bus import MESSAGES_KEPT, Bus, speaking
from plant.errors import PlantError, Unavailable

ALARMS = "pde:alarms"
"""Stream of the events of alarms, each with the state that it led to."""
ORDERS = "pde:alarms:orders"
"""Stream of operators' orders; whoever gave one waits for its answer."""
PATIENCE = 4.0
_BLOCK = 1
_ANSWER_LIFE = 10


def message(sim_id: str, model_id: str, alarm: str, content: str) -> str:
    """What is told of an event; `content` is JSON already (`plant.alarms.record`), null when the alarms are gone."""
    names = json.dumps({"sim_id": sim_id, "model_id": model_id, "alarm": alarm})
    return f'{names[:-1]}, "content": {content}}}'


async def tell(bus: Bus, messages: Sequence[str]) -> None:
    """Append events. Raises Unavailable."""
    with speaking():
        async with bus.redis.pipeline(transaction=False) as pipeline:
            for one in messages:
                pipeline.xadd(ALARMS, {"m": one}, maxlen=MESSAGES_KEPT, approximate=True)
            await pipeline.execute()


async def ask(bus: Bus, order: dict[str, Any]) -> dict[str, Any]:
    """Give an order and await what became of it. Raises what the OPC UA server refused it with, or Unavailable."""
    number = token_hex(8)
    expires = time.time_ns() + int(PATIENCE * 1e9)
    await bus.publish(ORDERS, {"id": number, "expires": expires, **order})
    answer = await _answer(bus, number)
    if answer is None:
        raise Unavailable("the OPC UA server, which keeps the alarms, does not answer")
    if "error" in answer:
        raise error_of(answer["error"], answer["detail"])
    return answer


async def answer(bus: Bus, number: str, content: dict[str, Any]) -> None:
    """Answer an order. Raises Unavailable."""
    key = _key(number)
    with speaking():
        async with bus.redis.pipeline(transaction=True) as pipeline:
            pipeline.rpush(key, json.dumps(content))
            pipeline.expire(key, _ANSWER_LIFE)
            await pipeline.execute()


def refusal(error: PlantError) -> dict[str, Any]:
    """The answer that an order was refused."""
    return {"error": error.wire, "detail": str(error)}


async def _answer(bus: Bus, number: str) -> dict[str, Any] | None:
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < deadline:
        with speaking():
            found = await bus.redis.blpop([_key(number)], timeout=_BLOCK)
        if found is not None:
            content: dict[str, Any] = json.loads(found[1])
            return content
    return None


def error_of(wire: str, detail: str) -> PlantError:
    """The error with this wire name, as another process raised it."""
    kinds: list[type[PlantError]] = [PlantError]
    for kind in kinds:  # grows while it is walked: the whole tree
        kinds.extend(kind.__subclasses__())
    named = (kind for kind in kinds if kind.wire == wire and kind.__init__ is PlantError.__init__)
    return next(named, PlantError)(detail)


def _key(number: str) -> str:
    return f"pde:alarms:answer:{number}"
