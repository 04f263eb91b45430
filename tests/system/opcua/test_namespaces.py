"""What the server says of its namespaces: which are whole, and whose NodeIds are the same in every server."""

from asyncua import Client

WHOLE = {
    "http://opcfoundation.org/UA/": (True, [0]),  # what is not served is not in the tree
    "urn:process-dynamics-engine:server": (False, []),
    "urn:process-dynamics-engine:simulations": (False, []),
    "urn:process-dynamics-engine:models": (False, [1]),
}


async def test_subsets_and_static_nodes(client: Client) -> None:
    found = {}
    for one in await client.get_node("i=11715").get_children():
        uri, subset, static = [
            await (await one.get_child(f"0:{name}")).read_value()
            for name in ("NamespaceUri", "IsNamespaceSubset", "StaticNodeIdTypes")
        ]
        found[uri] = (subset, static)
    assert found == WHOLE
