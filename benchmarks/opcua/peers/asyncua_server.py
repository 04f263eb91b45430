"""Stock asyncua as a peer: Double variables whose values all rise by one every second. `PORT NAMES [IDENTITY]`."""

import asyncio
import logging
import sys
import time
from pathlib import Path

import uvloop
from asyncua import Server, ua

PER_FOLDER = 100


async def serve(port: int, names: list[str], identity: Path | None) -> None:
    """Serve until terminated; with an identity, encrypted as well."""
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}")
    policies = [ua.SecurityPolicyType.NoSecurity]
    if identity is not None:
        await server.load_certificate(identity / "certificate.der")
        await server.load_private_key(identity / "private_key.pem")
        policies.append(ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt)
    server.set_security_policy(policies)
    nodes: list[ua.NodeId] = []
    for place, name in enumerate(names):
        if place % PER_FOLDER == 0:
            folder = await server.nodes.objects.add_folder(1, f"folder {place // PER_FOLDER}")
        node = await folder.add_variable(ua.NodeId(name, 1), ua.QualifiedName(name, 1), 0.0)
        await node.set_writable()
        nodes.append(node.nodeid)
    async with server:
        print("ready", flush=True)
        number, due = 0, time.monotonic()
        while True:
            number, due = number + 1, due + 1.0
            value = ua.DataValue(ua.Variant(float(number), ua.VariantType.Double))
            for node in nodes:
                await server.write_attribute_value(node, value)
            await asyncio.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    given = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    uvloop.run(serve(int(sys.argv[1]), Path(sys.argv[2]).read_text().split(), given))
