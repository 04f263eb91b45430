"""The server as `python -m opcua_server` starts it, with room for more monitored items than it allows.

With `turns` as its argument it keeps its limits and measures how long its event loop works without a pause.
"""

import sys

from opcua_server.limits import LIMITS

if "turns" not in sys.argv:
    object.__setattr__(LIMITS, "items", 1_000_000)

from benchmarks.opcua.turns import Turns
from opcua_server import server
from opcua_server.__main__ import main

if __name__ == "__main__":
    if "turns" in sys.argv:
        vars(server)["LoopLag"] = Turns  # the same and more
    sys.exit(main())
