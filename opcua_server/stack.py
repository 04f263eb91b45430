"""asyncua, the stack below: the versions that the hardening tests have seen, and what it may say."""

import logging
from importlib.metadata import version

from plant.errors import Unavailable

TESTED_ASYNCUA = frozenset({"2.1.0"})
_TALKATIVE = ("asyncua.uaprotocol", "asyncua.server.uaprocessor", "asyncua.server.internal_session")


def check_version() -> None:
    """Refuse an asyncua that the hardening tests have not seen. Raises Unavailable."""
    found = version("asyncua")
    if found not in TESTED_ASYNCUA:
        tested = ", ".join(sorted(TESTED_ASYNCUA))
        raise Unavailable(f"asyncua {found} is not tested with this server; install {tested}")


def quiet_asyncua() -> None:
    """What strangers do wrong is told by us, a few times a second; asyncua would write a line for each message."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
