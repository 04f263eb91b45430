"""What `pde doctor` looks at where data are kept: Redis, the database, the data folder and its disk."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

from redis import Redis
from redis.exceptions import ResponseError

from connections.database import engine
from connections.redis_server import find_redis_server
from connections.settings import Settings
from plant.errors import Unavailable

LEAST_REDIS = (6, 2)
LEAST_FREE = 1_000_000_000


def redis(settings: Settings) -> str:
    """Whether it is there, new enough, and keeps what it is given. Raises Unavailable or redis-py's errors."""
    if settings.redis_url is None:
        server = find_redis_server()
        told = subprocess.run([server, "--version"], capture_output=True, text=True, check=False, timeout=10).stdout  # noqa: S603 - found by name
        found = re.search(r"v=([\d.]+)", told)
        return f"embedded: {server}, version {_new_enough(found[1] if found else '')}"
    with Redis.from_url(settings.redis_url, socket_connect_timeout=2.0) as other:
        seen = _new_enough(str(other.info("server")["redis_version"]))
        _keeps(other)
    return f"PDE_REDIS_URL answers, version {seen}"


def _new_enough(seen: str) -> str:
    if tuple(int(part) for part in re.findall(r"\d+", seen)[:2]) < LEAST_REDIS:
        raise Unavailable(f"version {seen or 'unknown'} is too old: install Redis 6.2 or newer, or Valkey")
    return seen


def _keeps(other: Redis) -> None:
    try:
        policy = other.config_get("maxmemory-policy")["maxmemory-policy"]
    except (ResponseError, KeyError):
        return  # a managed Redis does not tell
    if policy != "noeviction":
        raise Unavailable(f"maxmemory-policy is {policy}: it may throw simulations away; set it to noeviction")


def database(settings: Settings) -> str:
    """Whether it answers. Raises SQLAlchemy's errors."""
    if settings.database_url is None:
        return f"SQLite file in {settings.data}"
    made = engine(settings.sql_url)
    try:
        with made.connect() as connection:
            return f"{connection.dialect.name} answers"
    finally:
        made.dispose()


def folder(settings: Settings) -> str:
    """Whether it can be written, and its secrets be read by its owner alone. Raises Unavailable."""
    place = _existing(settings.data)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise Unavailable(f"{place} can't be written by this user: give it to the user of `pde`, or choose --data")
    for secret in (settings.secrets_folder, settings.pki_folder / "own" / "private_key.pem"):
        if secret.exists() and stat.S_IMODE(secret.stat().st_mode) & 0o077:
            raise Unavailable(f"others can read {secret}: chmod go= {secret}")
    return str(settings.data) if place == settings.data.absolute() else f"{settings.data}, made at the first start"


def disk(settings: Settings) -> str:
    """Whether there is room. Raises Unavailable."""
    place = _existing(settings.data)
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE:
        raise Unavailable(f"{place} has {free / 1e9:.1f} GB left: history needs room; free some or choose --data")
    return f"{free / 1e9:.0f} GB free"


def _existing(data: Path) -> Path:
    return next(place for place in (data.absolute(), *data.absolute().parents) if place.exists())
