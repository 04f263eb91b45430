"""Quick references are asyncua's own, only quicker."""

from asyncua import ua
from asyncua.server.address_space import AddressSpace, NodeData, NodeManagementService
from hypothesis import given
from hypothesis import strategies as st

from opcua_server.names import standard
from opcua_server.references import quick_references

References = list[tuple[int, int, int, bool]]


def add_all(nodes: NodeManagementService, references: References) -> tuple[list[int], list[list[tuple[object, ...]]]]:
    """The status codes, and what the nodes have in the end."""
    held = [NodeData(standard(number)) for number in range(2)]
    codes = []
    for node, kind, target, forward in references:
        reference = ua.ReferenceDescription(standard(kind), forward, standard(target))
        codes.append(int(nodes._add_unique_reference(held[node], reference).value))
    return codes, [[(one.ReferenceTypeId, one.NodeId, one.IsForward) for one in node.references] for node in held]


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(40, 42), st.integers(0, 3), st.booleans()), max_size=30))
def test_the_same_references_and_answers(references: References) -> None:
    nodes = NodeManagementService(AddressSpace())
    wanted = add_all(nodes, references)
    with quick_references(nodes):
        assert add_all(nodes, references) == wanted
    assert "_add_unique_reference" not in vars(nodes)
