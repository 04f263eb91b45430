"""`pde doctor`: checks machine and settings, and says line by line what is there and what to do about the rest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from connections.settings import Settings
from engine_api.doctor import doors, machine, parts, stores
from plant.errors import PlantError


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was checked, whether it holds, whether the product needs it, what was seen or what to do."""

    subject: str
    holds: bool
    needed: bool
    seen: str


Check = Callable[[Settings], str]
"""Answers what was seen. Raises one of PROBLEMS with what is wrong and what to do about it."""
PROBLEMS = (PlantError, RedisError, SQLAlchemyError, OSError)
CHECKS: tuple[tuple[str, bool, Check], ...] = (
    ("Python", True, machine.python),
    ("Packages", False, machine.packages),
    ("Clock", True, machine.clock),
    ("Redis", True, stores.redis),
    ("Database", True, stores.database),
    ("Data folder", True, stores.folder),
    ("Disk", True, stores.disk),
    ("Certificates", True, doors.certificates),
    ("Trusted clients", False, doors.trusted),
    ("Who may come in", True, doors.access),
    ("OPC UA port", True, doors.opcua),
    ("Web port", True, doors.web),
    ("Models", True, parts.models),
    ("Machine code", False, parts.compiled),
    ("Own models", True, parts.own_models),
    ("HMI", False, parts.hmi),
    ("Node for building the HMI", False, parts.node),
    ("Browser for the end-to-end tests", False, partial(parts.binary, names=("chromium", "google-chrome"))),
    ("Telegraf", False, partial(parts.binary, names=("telegraf",))),
)
"""Subject, whether the product needs it, how it is looked at; in the order in which they matter."""


def examine(settings: Settings) -> Iterator[Finding]:
    """All findings; nothing is changed by looking."""
    for subject, needed, check in CHECKS:
        try:
            yield Finding(subject, True, needed, check(settings))
        except PROBLEMS as error:
            yield Finding(subject, False, needed, str(error))
