"""The accounts of an installation as `pde` changes them: the audit hears of every change, as of one made over REST."""

import getpass
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from connections.audit import Audit, Entry
from connections.migrations import migrate
from connections.records import Records
from connections.users import Users
from engine_api.commands.surroundings import fail, load_settings
from plant.errors import PlantError

DOOR = "cli"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Users and the audit of one database."""

    users: Users
    audit: Audit

    def tell(self, what: str, **facts: Any) -> None:
        """Have the audit know what was done, by whom on this machine."""
        self.audit.add(Entry(what, _operator(), DOOR, at=time.time_ns(), **facts))


@contextmanager
def accounts() -> Iterator[Accounts]:
    """The accounts of these settings; what goes wrong is told in a sentence."""
    settings = load_settings()
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        migrate(settings.sql_url)
        with closing(Users(settings.sql_url)) as users, closing(Records(settings.sql_url)) as records:
            yield Accounts(users, Audit(records))
    except PlantError as error:
        fail(str(error))


def _operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user needs no name
        return f"uid {os.getuid()}"
