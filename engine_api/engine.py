"""The engine: everything that the routes need, opened in order and closed in reverse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from connections.audit import Audit
from connections.records import Records
from connections.settings import Settings
from connections.simulations import Simulations, open_simulations
from connections.snapshots import Snapshots
from engine_api.alarms import AlarmBoard, compare_alarms, follow_alarms
from engine_api.alerts.told import follow_alerts
from engine_api.alerts.watch import AlertWatch, Seen
from engine_api.audit_keeper import keep_audit
from engine_api.copies import Copier
from engine_api.history import History
from engine_api.leader import Leader
from engine_api.leftovers import Leftovers
from engine_api.live import Live, follow_events, follow_frames
from engine_api.metrics import Metrics
from engine_api.own_models import OwnModels, open_own_models
from engine_api.reconciler import Reconciler
from engine_api.reports import follow_reports
from engine_api.settling import Settler
from engine_api.snapshots import follow_shots
from engine_api.telegraf import TelegrafConfig
from plant.errors import Unavailable

PRUNED = 600.0


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine's parts."""

    settings: Settings
    simulations: Simulations
    live: Live
    history: History
    metrics: Metrics
    telegraf: TelegrafConfig
    alarms: AlarmBoard
    own_models: OwnModels
    alerts: AlertWatch
    reconciler: Reconciler
    snapshots: Snapshots
    settler: Settler = field(default_factory=Settler)

    @property
    def records(self) -> Records:
        """The store of records."""
        return self.simulations.records


async def _engine(connection: HTTPConnection) -> Engine:
    engine: Engine = connection.app.state.engine
    return engine


EngineHere = Annotated[Engine, Depends(_engine)]
"""A route's parameter: the engine that it serves."""


@asynccontextmanager
async def open_engine(settings: Settings) -> AsyncIterator[Engine]:
    """Connect, follow the bus and reconcile until the end; the failure of a follower ends the engine."""
    async with open_simulations(settings) as simulations:
        metrics = Metrics()
        live = Live(settings.worker.sign_of_life, metrics)
        await simulations.bus.alive()
        position = await simulations.bus.last_position("pde:events")
        live.load(await asyncio.to_thread(simulations.records.all), position)
        reconciler, copier = Reconciler(simulations, metrics), Copier(simulations, metrics)
        leader = Leader(simulations.bus.redis, token_hex(8), settings.leader)
        alerts = AlertWatch(Seen(simulations, live, reconciler, copier, lambda: leader.leads), metrics)
        with History(settings.history_file) as history:
            alarms = AlarmBoard(live)
            async with open_own_models(settings, simulations.records) as own_models, asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(follow_events(simulations.bus, live)),
                    group.create_task(follow_frames(simulations.bus, live)),
                    group.create_task(follow_alarms(simulations.bus, alarms)),
                    group.create_task(compare_alarms(history, alarms)),
                    group.create_task(follow_alerts(simulations.bus, live)),
                    group.create_task(alerts.run()),
                    group.create_task(leader.run(lambda: lead(simulations, live, metrics, reconciler, copier))),
                    group.create_task(own_models.keep()),
                ]
                yield Engine(
                    settings, simulations, live, history, metrics, TelegrafConfig(), alarms, own_models, alerts,
                    reconciler, Snapshots(simulations.records),
                )  # fmt: skip
                for task in tasks:
                    task.cancel()


async def prune(simulations: Simulations) -> None:
    """Forget requests that will not come again, for ever."""
    while True:
        with suppress(Unavailable):
            await asyncio.to_thread(simulations.requests.prune)
        await asyncio.sleep(PRUNED)


async def lead(simulations: Simulations, live: Live, metrics: Metrics, reconciler: Reconciler, copier: Copier) -> None:
    """What only one of several engines does, for ever."""
    leftovers = Leftovers(simulations, live, lambda: reconciler.scene)
    async with asyncio.TaskGroup() as group:
        for work in (
            follow_reports(simulations, metrics), reconciler.run(), copier.run(), prune(simulations), leftovers.run(),
            follow_shots(simulations, Snapshots(simulations.records)),
            keep_audit(simulations.bus, Audit(simulations.records), live),
        ):  # fmt: skip
            group.create_task(work)
