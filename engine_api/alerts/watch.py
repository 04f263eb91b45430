"""Looks for alerts and tells them: the log, webhooks, and the stream that the OPC UA server and other engines hear."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from connections import alert_bus
from connections.bus import speaking
from connections.log import logger
from connections.redis_keys import OPCUA_MEASURES
from connections.settings import Settings
from connections.simulations import Simulations
from engine_api.alerts.measures import Watcher, disk, redis_disk, refused_channels
from engine_api.alerts.rules import Alert, Board, Limits, Measure, rules
from engine_api.alerts.webhooks import Webhooks
from engine_api.copies import Copier
from engine_api.live import Live
from engine_api.metrics import Metrics
from engine_api.reconciler import Reconciler
from plant.errors import Unavailable

_log = logger("alerts")


@dataclass(frozen=True, slots=True)
class Seen:
    """Where an engine's alerts look."""

    simulations: Simulations
    live: Live
    reconciler: Reconciler
    copier: Copier
    leads: Callable[[], bool]


class AlertWatch:
    """The alerts of one engine: found by the engine that leads; the others repeat what it told.

    That Redis is away is found, and told to log and webhooks, by each of them.
    """

    def __init__(self, seen: Seen, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._seen, self._metrics, self._clock = seen, metrics, clock
        self._settings: Settings = seen.simulations.settings
        self._rules = rules(limits(self._settings))
        self._watcher = Watcher(seen.live, clock)
        self._answered = clock()
        self._leading = False
        self._webhooks = Webhooks(self._settings.alerts, lambda result: metrics.webhooks.labels(result).inc())
        self._own = Board({"redis": self._rules["redis"]})
        self.board = Board(self._rules)

    @property
    def raised(self) -> list[Alert]:
        """What is raised at present."""
        return [alert for board in (self._own, self.board) for alert in board.raised.values()]

    async def run(self) -> None:
        """Look for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._webhooks.run())
            while True:
                await self.look()
                await asyncio.sleep(self._settings.alerts.every)

    async def look(self) -> None:
        """Look once and tell what is new."""
        try:
            parts = await self._parts()
            self._answered = self._clock()
        except Unavailable:
            parts = None
        away = self._clock() - self._answered
        self._metrics.redis_up.set(float(parts is not None))
        self._say(self._own.look([Measure("redis", "Redis", away)] if parts is None else [], time.time()))
        if parts is not None:
            await self._look(parts)
        self._show()

    async def _look(self, parts: list[Measure]) -> None:
        leads = self._seen.leads()
        self._metrics.leads.set(float(leads))
        try:
            if not leads or not self._leading:
                self.board = Board(self._rules, await self._told())
            if leads:
                await self._tell(self.board.look([*self._measures(), *parts], time.time()))
            self._leading = leads
        except Unavailable as error:
            self._leading = False  # what could not be told is found again
            _log.warning("alerts not told", error=str(error))

    async def _parts(self) -> list[Measure]:
        with speaking():
            redis = self._seen.simulations.bus.redis
            persistence, opcua = await redis.info("persistence"), await redis.get(OPCUA_MEASURES)
        full = await asyncio.to_thread(disk, self._settings.data)
        self._metrics.disk_free.set(1.0 - full.value)
        return [full, redis_disk(persistence), refused_channels(json.loads(opcua or "{}"))]

    def _measures(self) -> Iterable[Measure]:
        yield from self._watcher.measures(self._seen.reconciler.scene)
        yield from self._watcher.failed()
        copier = self._seen.copier
        yield Measure("checkpoint", "the engine", copier.age / copier.pause)

    async def _told(self) -> list[Alert]:
        return [Alert(**content) for content in await alert_bus.raised(self._seen.simulations.bus)]

    async def _tell(self, changes: list[Alert]) -> None:
        if changes:
            told = [(alert.key, alert.content(), alert.ended is None) for alert in changes]
            await alert_bus.tell(self._seen.simulations.bus, told)
            self._say(changes)

    def _say(self, changes: list[Alert]) -> None:
        for alert in changes:
            said = _log.warning if alert.ended is None else _log.info
            said("alert" if alert.ended is None else "alert over", rule=alert.rule, subject=alert.subject,
                 message=alert.message)  # fmt: skip
        self._webhooks.put([alert.content() for alert in changes])

    def _show(self) -> None:
        for name in self._rules:
            raised = sum(alert.rule == name for alert in self.raised)
            self._metrics.alerts.labels(name).set(raised)


def limits(settings: Settings) -> Limits:
    """What these settings say."""
    alerts = settings.alerts
    return Limits(alerts.stuck, alerts.skew, settings.worker.fence, alerts.disk, settings.life.attempts)
