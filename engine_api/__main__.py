"""`python -m engine_api`: the REST and WebSocket door with the settings of the environment."""

import asyncio
import sys
from collections.abc import Callable

from connections import pauses
from connections.log import set_up_log
from connections.settings import read_settings
from engine_api.service import serve
from plant.errors import PlantError
from plant.solvers import acceleration


def main() -> int:
    """Run until SIGINT or SIGTERM; 1 when it can't start."""
    try:
        settings = read_settings()
        set_up_log("engine_api", settings.log_level)
        acceleration.switch(False)  # nothing is simulated against the clock here: not worth the compiler's memory
        pauses.shorten()
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve(settings))
    except PlantError as error:
        sys.stderr.write(f"engine_api: {error}\n")
        return 1
    return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - not made for Windows

    return uvloop.new_event_loop


if __name__ == "__main__":
    sys.exit(main())
