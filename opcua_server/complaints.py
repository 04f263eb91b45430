"""Complaints about clients: counted all, told a few times a second, so that nobody fills the log."""

import time
from typing import Any

from connections.log import logger

A_SECOND = 5
_log = logger(__name__)


class Complaints:
    """One kind of complaint."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._total, self._untold, self._since, self._told = 0, 0, 0.0, 0

    def tell(self, **facts: Any) -> None:
        """Count one more, and write it down unless there were many this second."""
        self._total += 1
        now = time.monotonic()
        if now - self._since > 1.0:
            self._since, self._told = now, 0
        if self._told >= A_SECOND:
            self._untold += 1
            return
        self._told += 1
        more = {"untold": self._untold} if self._untold else {}
        self._untold = 0
        _log.warning(self._event, **facts, total=self._total, **more)
