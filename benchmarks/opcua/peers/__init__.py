"""The servers of other makers: how each of them is started."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.opcua.client import part

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Peer:
    """Another maker's server: the namespace of its tags, and the command for a port, a file of names, an identity."""

    namespace: int
    command: Callable[[int, Path, Path | None], list[str]]


def _open62541(port: int, names: Path, own: Path | None) -> list[str]:
    return [str(part("open62541") / "server"), str(port), str(names), *([str(own)] if own else [])]


def _asyncua(port: int, names: Path, own: Path | None) -> list[str]:
    return [sys.executable, str(HERE / "asyncua_server.py"), str(port), str(names), *([str(own)] if own else [])]


def _milo(port: int, names: Path, _: Path | None) -> list[str]:
    return ["java", "-Xmx2g", "-cp", f"{part('milo-server')}/*", "pde.Peer", str(port), str(names)]


def _node(port: int, names: Path, _: Path | None) -> list[str]:
    return ["node", str(part("node-server") / "server.mjs"), str(port), str(names)]


def _async_opcua(port: int, names: Path, _: Path | None) -> list[str]:
    return [str(part("async-opcua-server") / "server"), str(port), str(names)]


PEERS = {
    "open62541": Peer(1, _open62541), "async-opcua": Peer(2, _async_opcua), "milo": Peer(2, _milo),
    "node-opcua": Peer(1, _node), "asyncua": Peer(1, _asyncua),
}  # fmt: skip
