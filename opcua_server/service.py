"""The process: everything is opened in order, runs in one task group, and is closed in reverse."""

import asyncio
import signal
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, closing, suppress

from asyncua import Server

from connections import pauses
from connections.binding import check_binding
from connections.bus import Bus, speaking
from connections.historian.sqlite import SqliteHistorian
from connections.lockout import Lockout
from connections.log import logger
from connections.own.local import register_local
from connections.own.shelf import CHANGED
from connections.own.store import ModelStore
from connections.passwords import Passwords
from connections.pki.application import make_own
from connections.pki.store import Pki
from connections.settings import Settings
from connections.simulations import Simulations, open_simulations
from connections.users import Users
from opcua_server import capabilities, service_meter
from opcua_server.alarms.system import AlarmSystem
from opcua_server.attributes import Reader
from opcua_server.audit_events import follow_audit
from opcua_server.decoding import guard_decoding
from opcua_server.diagnostics import show_summary
from opcua_server.engine import EngineObject
from opcua_server.events import ModelChanges
from opcua_server.feed import Feed, patience
from opcua_server.history import History
from opcua_server.methods import Methods
from opcua_server.namespaces import describe_namespaces
from opcua_server.own_models import OwnModels
from opcua_server.reads import FastReads
from opcua_server.recorder import Recorder
from opcua_server.security import Doorman
from opcua_server.server import PlantServer
from opcua_server.sight import Sight
from opcua_server.space import Space
from opcua_server.stack import check_version, quiet_asyncua
from opcua_server.subscriptions import Subscriptions
from opcua_server.tags import ValueTable
from opcua_server.templates import Templates
from opcua_server.transitions import Transitions
from opcua_server.write_templates import WriteTemplates
from opcua_server.writes import Writer
from plant.catalog import BUILT_IN
from plant.errors import Unavailable

READY_KEY = "pde:ready:opcua"
_READY_LIFE = 5
_READY_PERIOD = 2.0
_CANCEL_AGAIN = 1.0
_log = logger(__name__)


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises NotAllowed or Unavailable when it can't start."""
    check_binding(settings)
    check_version()
    guard_decoding()
    quiet_asyncua()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_simulations(settings) as simulations:
        settings.data.mkdir(parents=True, exist_ok=True)
        with (
            SqliteHistorian(settings.history_file) as historian,
            closing(ModelStore(settings.sql_url)) as models,
            closing(Users(settings.sql_url)) as users,
        ):
            await _run(settings, simulations, historian, models, users, stop)


async def _run(
    settings: Settings, simulations: Simulations, historian: SqliteHistorian, models: ModelStore, users: Users,
    stop: asyncio.Event,
) -> None:  # fmt: skip
    pki = Pki(settings.pki_folder)
    own = await asyncio.to_thread(make_own, settings, pki)
    passwords = Passwords(users, Lockout(simulations.bus), simulations.trail)
    doorman = Doorman(settings.opcua_anonymous, own, users, passwords)
    server = PlantServer(settings.opcua, own, pki, settings.opcua_without_security, doorman)
    await server.init()
    await server.load_types()
    aspace = server.iserver.aspace
    server.iserver.guard.refusals.trail = simulations.trail
    space = Space(ValueTable(), Templates(aspace, BUILT_IN.values()))
    await capabilities.fill(server)
    await describe_namespaces(server)
    await space.install(server)
    register_local(settings.models_folder)
    own_models = OwnModels(server, space, models)
    changed = await simulations.bus.last_position(CHANGED)
    await own_models.load()
    engine = EngineObject(server, space, simulations.bus)
    await engine.install()
    recorder, services = Recorder(historian), server.iserver
    alarms = AlarmSystem(aspace, space.table, simulations.bus, services.listeners, recorder.flush, patience(settings))
    space.tell_transition = Transitions(alarms.notifier).tell
    space.alarms, recorder.changes = alarms.nodes, alarms.watch.states.take_changes
    feed = Feed(simulations, space, historian, recorder, alarms, ModelChanges(services.listeners).announce)
    feed.fetch_models = own_models.load
    services.reader, services.writer = Reader(aspace, space), Writer(aspace, space, simulations.bus, simulations.trail)
    services.sight = Sight(space)
    services.fast_reads, services.write_templates = FastReads(space), WriteTemplates(space)
    services.history = History(historian, aspace, space)
    services.methods = Methods(aspace, space, simulations, feed.show, alarms.methods)
    services.subscription_service = services.isession.subscription_service = Subscriptions(services, space)
    show_summary(aspace, services)
    position = await feed.load()
    pauses.shorten()
    async with _listening(server), asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(work)
            for work in (
                recorder.run(), feed.follow_frames(), feed.follow_events(position), feed.heal(), feed.watch(),
                alarms.run(), engine.run(), own_models.follow(simulations.bus, changed),
                follow_audit(simulations.bus, alarms.notifier),
                services.lag.watch(), _say_ready(simulations.bus, server),
            )
        ]  # fmt: skip
        _log.info("listening", url=server.url)
        await stop.wait()
        await _end(running)
    with suppress(Unavailable), speaking():
        await simulations.bus.redis.delete(READY_KEY)


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel until all have ended: a library may swallow a cancellation that meets its own time-out."""
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=_CANCEL_AGAIN)


@asynccontextmanager
async def _listening(server: Server) -> AsyncIterator[None]:
    await server.start()
    try:
        yield
    finally:
        await server.stop()


async def _say_ready(bus: Bus, server: PlantServer) -> None:
    while True:
        with suppress(Unavailable), speaking():
            await bus.redis.set(READY_KEY, server.url, ex=_READY_LIFE)
            await service_meter.tell(bus, server.iserver)
        await asyncio.sleep(_READY_PERIOD)
