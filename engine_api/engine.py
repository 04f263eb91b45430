"""The engine: everything that the routes need, opened in order and closed in reverse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from connections.records import Records
from connections.settings import Settings
from connections.simulations import Simulations, open_simulations
from engine_api.alarms import AlarmBoard, compare_alarms, follow_alarms
from engine_api.history import History
from engine_api.live import Live, follow_events, follow_frames
from engine_api.metrics import Metrics
from engine_api.once import Once
from engine_api.own_models import OwnModels, open_own_models
from engine_api.reconciler import Reconciler
from engine_api.reports import follow_reports
from engine_api.settling import Settler
from engine_api.telegraf import TelegrafConfig


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine's parts."""

    settings: Settings
    simulations: Simulations
    live: Live
    history: History
    metrics: Metrics
    once: Once
    telegraf: TelegrafConfig
    alarms: AlarmBoard
    own_models: OwnModels
    settler: Settler = field(default_factory=Settler)

    @property
    def records(self) -> Records:
        """The store of records."""
        return self.simulations.records


def _engine(connection: HTTPConnection) -> Engine:
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
        live.load(await asyncio.to_thread(simulations.records.all))
        reconciler = Reconciler(simulations, metrics)
        with History(settings.history_file) as history:
            alarms = AlarmBoard(live)
            async with open_own_models(settings, simulations.records) as own_models, asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(follow_events(simulations.bus, live, position)),
                    group.create_task(follow_frames(simulations.bus, live)),
                    group.create_task(follow_alarms(simulations.bus, alarms)),
                    group.create_task(compare_alarms(history, alarms)),
                    group.create_task(follow_reports(simulations, metrics)),
                    group.create_task(reconciler.run()),
                    group.create_task(own_models.keep()),
                ]
                once = Once(simulations)
                yield Engine(settings, simulations, live, history, metrics, once, TelegrafConfig(), alarms, own_models)
                for task in tasks:
                    task.cancel()
