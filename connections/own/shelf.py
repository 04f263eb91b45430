"""Uploaded models in Redis, which is all that workers know; filled by the engine from its database.

`pde:models` is a hash of id to digest, `pde:model:<digest>` a packed definition, `pde:models:changed` a stream whose
entries say that something of it is new. Synchronous.
"""

from typing import Any

from redis.exceptions import RedisError

from connections.own.definition import Definition
from connections.own.registry import known, offer
from plant import catalog
from plant.errors import Unavailable

INDEX = "pde:models"
CHANGED = "pde:models:changed"
_CHANGES_KEPT = 100


def content_key(digest: str) -> str:
    """Where a packed definition is."""
    return f"pde:model:{digest}"


def fill(redis: Any, definitions: list[Definition]) -> bool:
    """Make the shelf hold exactly these definitions; whether that changed anything. Raises Unavailable."""
    wanted = {each.id: each for each in definitions if not each.retired}
    try:
        index = {key.decode(): value.decode() for key, value in redis.hgetall(INDEX).items()}
        digests = {each.digest for each in wanted.values()}
        missing = [each for each in wanted.values() if not redis.exists(content_key(each.digest))]
        if not missing and index == {model_id: each.digest for model_id, each in wanted.items()}:
            return False
        with redis.pipeline(transaction=True) as pipeline:
            for each in wanted.values():
                pipeline.set(content_key(each.digest), each.pack())
            pipeline.delete(INDEX)
            if wanted:
                pipeline.hset(INDEX, mapping={model_id: each.digest for model_id, each in wanted.items()})
            for digest in set(index.values()) - digests:
                pipeline.delete(content_key(digest))
            pipeline.xadd(CHANGED, {"m": "changed"}, maxlen=_CHANGES_KEPT, approximate=True)
            pipeline.execute()
    except RedisError as error:
        raise Unavailable(f"Redis does not answer: {error}") from error
    return True


def fetch(redis: Any, model_id: str) -> None:
    """Offer the model here as it lies on the shelf now, if it does. Raises RedisError, or what its building raises."""
    if model_id in catalog.BUILT_IN:
        return
    digest = redis.hget(INDEX, model_id)
    if digest is None or known(model_id) == digest.decode():
        return
    packed = redis.get(content_key(digest.decode()))
    if packed is not None:
        offer(Definition.unpack(packed))
