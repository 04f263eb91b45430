"""A second machine: a network namespace with one cable to this one, which can be pulled out."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

NETWORK = "198.18"
"""Two bytes of a network for measurements (RFC 2544), which no machine is in."""


@dataclass(frozen=True, slots=True)
class Machine:
    """`address` is where this machine is for the other one."""

    name: str
    address: str

    @property
    def command(self) -> list[str]:
        """What a command on it begins with."""
        return ["ip", "netns", "exec", self.name]

    def pull(self) -> None:
        """Take the cable out: what is under way is lost, nobody is told."""
        _ip("link", "set", f"{self.name}a", "down")

    def plug(self) -> None:
        """Put it in again."""
        _ip("link", "set", f"{self.name}a", "up")


@contextmanager
def second_machine() -> Iterator[Machine | None]:
    """A machine, gone at the end with its cable; None where this user may not make network namespaces."""
    number = os.getpid() % 0x3FFF
    name, place = f"pde{number}", divmod(4 * number, 256)
    here, there = (f"{NETWORK}.{place[0]}.{place[1] + side}" for side in (1, 2))
    if not _permitted(name):
        yield None
        return
    try:
        _ip("link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b", "netns", name)
        _ip("address", "add", f"{here}/30", "dev", f"{name}a")
        _ip("link", "set", f"{name}a", "up")
        _ip("-n", name, "address", "add", f"{there}/30", "dev", f"{name}b")
        _ip("-n", name, "link", "set", f"{name}b", "up")
        yield Machine(name, here)
    finally:
        _ip("netns", "delete", name)


def _permitted(name: str) -> bool:
    if shutil.which("ip") is None:
        return False
    return subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode == 0


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
