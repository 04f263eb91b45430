"""The server as `python -m opcua_server` starts it, with room for more monitored items than it allows."""

import sys

from opcua_server.limits import LIMITS

object.__setattr__(LIMITS, "items", 1_000_000)

from opcua_server.__main__ import main  # noqa: E402 - the limit is raised before anything reads it

if __name__ == "__main__":
    sys.exit(main())
