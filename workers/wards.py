"""The simulations of a worker that have a process each: those that would delay the others, and those not trusted."""

import time
from collections.abc import Callable
from typing import Any

from connections.log import logger
from connections.queue import Assignment
from workers.keeper import Identity
from workers.usage import Usage
from workers.ward import Ward
from workers.watch import Watch

KILLED_WITHIN = 0.5
_LOG = logger(__name__)


class Wards:
    """At most `most` at once. `told` and `waiting` as in Ward.

    They die with their worker, so that `watch` tells of them too.
    """

    def __init__(
        self, identity: Identity, redis_url: str, most: int, silence: float, watch: Watch,
        told: Callable[[Assignment, dict[str, Any]], None], waiting: Callable[[Assignment], None],
    ) -> None:  # fmt: skip
        self._identity, self._url, self._most, self._silence = identity, redis_url, most, silence
        self._told, self._waiting = told, waiting
        self._watch = watch
        self._wards: dict[str, Ward] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._wards)

    @property
    def room(self) -> bool:
        """Whether one more may begin."""
        return len(self._wards) < self._most

    @property
    def usage(self) -> Usage:
        """What all of them use together."""
        each = [ward.usage for ward in list(self._wards.values())]
        return Usage(sum(usage.memory for usage in each), sum(usage.cpu for usage in each))

    def begin(self, assignment: Assignment) -> None:
        """Start one; from the main thread."""
        ward = Ward(assignment, self._silence, self._heard, lambda each: self._waiting(each.assignment))
        self._wards[assignment.job_id] = ward
        ward.start(self._identity, self._url)
        self._watch.begin(ward.number, assignment.sim_id, assignment.epoch)
        _LOG.info("in a process of its own", sim_id=assignment.sim_id, epoch=assignment.epoch)

    def stop(self, job_id: str, cause: str) -> bool:
        """End the simulation of a job with its last frame; whether it is one of these."""
        ward = self._wards.get(job_id)
        if ward is not None:
            ward.stop(cause)
        return ward is not None

    def leave(self) -> None:
        """Let all checkpoint and release."""
        for ward in list(self._wards.values()):
            ward.leave()

    def join(self, timeout: float) -> None:
        """Wait for all together; past the time they are killed."""
        end = time.monotonic() + timeout
        late = [ward for ward in list(self._wards.values()) if not ward.join(max(0.0, end - time.monotonic()))]
        for ward in late:
            ward.kill()
        for ward in late:
            ward.join(KILLED_WITHIN)

    def _heard(self, ward: Ward, message: dict[str, Any]) -> None:
        self._wards.pop(ward.assignment.job_id, None)
        self._watch.end(ward.number)
        self._told(ward.assignment, message)
