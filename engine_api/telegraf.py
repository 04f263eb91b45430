"""The list of nodes for Telegraf: the simulations that run, changed no more often than Telegraf bears."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from connections.record import Record
from plant import catalog
from plant.export.telegraf import listener_config
from plant.lifecycle import HOSTED

CHANGES_EVERY = 5.0
"""Seconds: a change restarts Telegraf's plugins, which leaves a short gap."""


@dataclass(frozen=True, slots=True)
class Version:
    """A text and since when (seconds since 1970) it has been served."""

    text: str
    since: float


class TelegrafConfig:
    """The served text; `clock` answers seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._served: Version | None = None

    def serve(self, endpoint: str, records: Iterable[Record]) -> Version:
        """The text for the simulations that run now, or the one before while that is younger than 5 s."""
        now = self._clock()
        running = sorted((r for r in records if r.status in HOSTED), key=lambda record: record.number)
        text = listener_config(endpoint, [(record.sim_id, catalog.find(record.model_id)) for record in running])
        served = self._served
        if served is None or (served.text != text and now - served.since >= CHANGES_EVERY):
            served = self._served = Version(text, now)
        return served
