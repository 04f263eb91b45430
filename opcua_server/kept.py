"""The standard nodes and our types as they are after loading: kept in a file, each made when somebody looks at it.

Parsing them takes seconds of every start. The file lies beside the compiled modules and counts as one: it is made from
the same sources, by the same user, and no younger version of any of them reads it.
"""

import hashlib
import marshal
import os
import pickle
import sys
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from asyncua import ua
from asyncua.server.address_space import NodeData

FORMAT = 1
_Key = tuple[int, int | str]


class Kept:
    """Nodes by namespace and identifier, packed; each is taken out once."""

    def __init__(self, sample: bytes, packed: dict[_Key, bytes], counters: dict[int, int]) -> None:
        self._sample, self._packed, self.counters = sample, packed, counters

    def take(self, node_id: ua.NodeId) -> NodeData | None:
        """The node with this id, unless it was taken before."""
        packed = self._packed.pop(_key(node_id), None)
        if packed is None:
            return None
        node: NodeData = pickle.loads(zlib.decompressobj(zdict=self._sample).decompress(packed))  # noqa: S301 - our own
        return node

    def holds(self, node_id: ua.NodeId) -> bool:
        """Whether the node is there."""
        return _key(node_id) in self._packed

    def ids(self) -> list[ua.NodeId]:
        """The ids of all nodes that are left."""
        return [ua.NodeId(identifier, namespace) for namespace, identifier in self._packed]  # type: ignore[arg-type]


def pack(nodes: Iterable[NodeData], counters: Mapping[int, int]) -> bytes:
    """The content of the file."""
    plain = {_key(node.nodeid): pickle.dumps(node, pickle.HIGHEST_PROTOCOL) for node in nodes}
    sample = b"".join(list(plain.values())[:: max(len(plain) // 16, 1)])[-32_000:]
    return marshal.dumps((sample, {key: _deflated(data, sample) for key, data in plain.items()}, dict(counters)))


def unpack(data: bytes) -> Kept:
    """What `pack` made."""
    return Kept(*marshal.loads(data))  # noqa: S302 - our own


def read_kept(sources: Iterable[Path]) -> Kept | None:
    """What an earlier start has left for exactly these sources."""
    with suppress(OSError, ValueError, EOFError, TypeError):
        return unpack(kept_file(sources).read_bytes())
    return None


def write_kept(sources: Iterable[Path], content: bytes) -> bool:
    """Leave it for the next start; answers whether that could be done."""
    path = kept_file(sources)
    part = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError:
        return False
    return True


def kept_file(sources: Iterable[Path]) -> Path:
    """Where it lies: where numba keeps its compiled functions, otherwise beside our compiled modules."""
    digest = hashlib.sha256(f"{FORMAT} {sys.version} {version('asyncua')}".encode())
    for source in sources:
        digest.update(source.read_bytes())
    folder = os.environ.get("NUMBA_CACHE_DIR") or str(Path(__file__).parent / "__pycache__")
    return Path(folder) / f"opcua-{digest.hexdigest()[:16]}.nodes"


def _key(node_id: ua.NodeId) -> _Key:
    identifier: Any = node_id.Identifier
    return int(node_id.NamespaceIndex), str(identifier) if isinstance(identifier, str) else _number(identifier)


def _number(identifier: Any) -> int:
    """Numeric identifiers; all others name no node of a node set."""
    return int(identifier) if isinstance(identifier, int) else -1


def _deflated(data: bytes, sample: bytes) -> bytes:
    packer = zlib.compressobj(zdict=sample)
    return packer.compress(data) + packer.flush()
