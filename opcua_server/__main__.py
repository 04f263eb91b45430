"""`python -m opcua_server`: the OPC UA server process, configured by the environment (`PDE_...`)."""

import asyncio
import sys
from collections.abc import Callable

from connections.log import set_up_log
from connections.settings import read_settings
from opcua_server.service import serve
from plant.errors import PlantError


def main() -> int:
    """Serve until a signal; answers the exit status."""
    try:
        settings = read_settings()
        set_up_log("opcua_server", settings.log_level)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve(settings))
    except (PlantError, OSError) as error:
        print(f"opcua_server: {error}", file=sys.stderr)  # noqa: T201 - the sentence for whoever started it
        return 1
    return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - not made for Windows

    return uvloop.new_event_loop


if __name__ == "__main__":
    sys.exit(main())
