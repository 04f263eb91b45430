"""How a worker's threads wait for a Redis that is away: the same work again, until it answers or nobody wants it."""

from collections.abc import Callable
from threading import Event
from typing import TypeVar

from redis.exceptions import RedisError

from connections.log import logger

AWAY = 0.5
"""Seconds until the next try while Redis is away."""
T = TypeVar("T")
_LOG = logger(__name__)


def insist(work: Callable[[], T], enough: Event) -> T | None:
    """Do it, whatever Redis answers, as soon as it answers well; None once `enough` is set."""
    while not enough.is_set():
        try:
            return work()
        except RedisError as error:
            _LOG.warning("Redis is away", cause=str(error))
            enough.wait(AWAY)
    return None
