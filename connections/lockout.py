"""Guessing gets slower: after some failures a name is locked, longer each time, at every door alike (kept in Redis)."""

import hashlib

from connections.bus import Bus, speaking

FREE = 5
"""Failures without a lock."""
_SHORTEST, _LONGEST = 10, 60
_FORGOTTEN = 900


def pause(failures: int) -> int:
    """Seconds for which a name is locked after so many failures in a row."""
    return 0 if failures < FREE else min(_SHORTEST * 2 ** min(failures - FREE, 10), _LONGEST)


class Lockout:
    """Failures by name. Whatever is asked raises Unavailable when Redis does not answer."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def locked(self, name: str) -> float:
        """Seconds for which the name may not be tried, whatever the password; 0 when it may."""
        with speaking():
            left = await self._bus.redis.pttl(_key("locked", name))
        return max(0.0, int(left) / 1000)

    async def failed(self, name: str) -> int:
        """Count a failure, and lock the name when there were many; how many there were."""
        counted = _key("failures", name)
        with speaking():
            async with self._bus.redis.pipeline(transaction=True) as pipeline:
                pipeline.incr(counted)
                pipeline.expire(counted, _FORGOTTEN)
                failures = int((await pipeline.execute())[0])
            if seconds := pause(failures):
                await self._bus.redis.set(_key("locked", name), failures, ex=seconds)
        return failures

    async def passed(self, name: str) -> None:
        """Forget the failures of a name."""
        with speaking():
            await self._bus.redis.delete(_key("failures", name), _key("locked", name))


def _key(kind: str, name: str) -> str:
    """Names may be long and strange: a fixed number of harmless characters stands for them."""
    return f"pde:{kind}:{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:32]}"
