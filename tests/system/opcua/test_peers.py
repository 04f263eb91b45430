"""The servers that the benchmarks compare us with: each starts, and its tags can be read and written by name.

They are built for the benchmarks only (scripts/parts), so nothing demands them here: what is not built is skipped.
"""

import subprocess
from pathlib import Path

import pytest
from asyncua import Client, ua

from benchmarks.opcua.client import SCRIPTS
from benchmarks.opcua.peers import PEERS
from benchmarks.opcua.servers import peer

BUILT_BY = {"open62541": "open62541", "async-opcua": "async-opcua-server", "milo": "milo-server",
            "node-opcua": "node-server"}  # fmt: skip


def built(kind: str) -> bool:
    """Whether the part that the server comes from is there."""
    if kind not in BUILT_BY:
        return True
    script = SCRIPTS / BUILT_BY[kind]
    return Path(subprocess.run([script, "--path"], capture_output=True, text=True, check=True).stdout.strip()).is_dir()


@pytest.mark.parametrize("kind", PEERS)
async def test_peer(kind: str) -> None:
    if not built(kind):
        pytest.skip(f"{kind} is not built here; scripts/parts/{BUILT_BY[kind]} builds it")
    async with peer(kind, 3) as server, Client(server.url, timeout=30) as client:
        for name in server.read.read_text().split():
            tag = client.get_node(f"ns={server.namespace};s={name}")
            await tag.write_attribute(ua.AttributeIds.Value, ua.DataValue(ua.Variant(2.5)))
            assert isinstance(await tag.read_value(), float)
