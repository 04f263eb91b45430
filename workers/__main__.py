"""`python -m workers`: one worker process, which hosts many simulations at once."""

import secrets
import socket
import sys

from connections import machine_code, pauses
from connections.log import logger, set_up_log
from connections.own.local import register_local
from connections.settings import Settings, read_settings
from plant.errors import PlantError, Unavailable
from workers.keeper import Identity
from workers.watch import watched
from workers.worker import SimulationWorker

_LOG = logger(__name__)


def serve(settings: Settings) -> None:
    """Host simulations until SIGTERM or SIGINT. Raises Unavailable without a Redis URL."""
    if settings.redis_url is None:
        raise Unavailable("no Redis is known: start the engine with `pde up` or set PDE_REDIS_URL")
    if not machine_code.complete():
        machine_code.compile_all(
            lambda model, number, count: _LOG.info("compiled", model=model, part=f"{number}/{count}")
        )
    machine_code.load()
    register_local(settings.models_folder)
    pauses.shorten()
    identity = identify(settings.machine)
    with watched(identity, settings.redis_url, settings.worker.stuck) as watch:
        SimulationWorker(settings, identity, watch).run()


def identify(machine: str | None) -> Identity:
    """The machine's id (its host name by default) and a name that no worker had before."""
    host = socket.gethostname()
    return Identity(f"{machine or host}-{secrets.token_hex(4)}", machine or host, host)


def main() -> int:
    """Read the settings, set up the log, serve."""
    try:
        settings = read_settings()
        set_up_log("worker", settings.log_level)
        serve(settings)
    except PlantError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the user's answer
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
