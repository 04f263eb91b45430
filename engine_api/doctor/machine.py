"""What `pde doctor` looks at on the machine itself: Python, the installed packages, the clock."""

import platform
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from redis import Redis

from connections.settings import Settings
from plant.errors import Unavailable

CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
_PIN = re.compile(r"^([\w.-]+)==([\w.+]+)", re.MULTILINE)


def python(_settings: Settings) -> str:
    """Its version and the system."""
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def packages(_settings: Settings) -> str:
    """Whether they have the versions that are tested together. Raises Unavailable."""
    if not CONSTRAINTS.is_file():
        return "as they were installed; the tested versions are in the source's constraints.txt"
    others = [f"{name} {found} (tested: {tested})" for name, found, tested in _installed() if found != tested]
    if others:
        raise Unavailable(f"{', '.join(others)}: pip install -c constraints.txt -e . brings the tested versions")
    return f"{sum(1 for _ in _installed())}, all at the tested versions"


def _installed() -> Iterator[tuple[str, str, str]]:
    for name, tested in _PIN.findall(CONSTRAINTS.read_text()):
        try:
            yield name, version(name), tested
        except PackageNotFoundError:
            continue  # of an extra that is not installed


def clock(settings: Settings) -> str:
    """Whether it agrees with Redis's and with what was written before. Raises Unavailable."""
    now, most = time.time(), settings.alerts.skew
    if settings.redis_url is not None:
        with Redis.from_url(settings.redis_url, socket_connect_timeout=2.0) as redis:
            seconds, microseconds = redis.time()
        _compare("that of Redis", abs(seconds + microseconds / 1e6 - time.time()), most)
    written = [file.stat().st_mtime for file in settings.data.glob("*.sqlite")]
    _compare("what was recorded before", max(written, default=now) - now, most)
    return f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _compare(other: str, apart: float, most: float) -> None:
    if apart > most:
        raise Unavailable(f"the clock is {apart:.1f} s from {other}: leases and history need it right; set it by NTP")
