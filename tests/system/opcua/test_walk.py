"""The whole tree as a client walks it: every value is there, every variable typed, nothing twice, nothing unnamed."""

from collections import Counter
from dataclasses import dataclass, field

from asyncua import Client, ua

from tests.system.opcua.rig import Served, Twin

AT_ONCE = 50
ROOT = ua.NodeId(ua.Int32(ua.ObjectIds.RootFolder))
STATUS = ua.StatusCodes
NEVER_ACTIVE = ("TransitionTime", "EffectiveTransitionTime", "SourceTimestamp", "Time")
"""Times of conditions at which nothing has happened yet."""
NO_WORKER = ("/StartTime", "/LastTransition/TransitionTime")
"""The simulations of these tests are moved by the test: no worker has ever said when it began."""
NO_LIMIT_STATE = "LimitState/CurrentState"
"""An alarm that is not active is in no state of its limits (OPC 10000-9 5.8.19.2): BadStateNotActive."""


@dataclass
class Tree:
    """Nodes by id: what the first reference to them says, and the way there."""

    nodes: dict[ua.NodeId, ua.ReferenceDescription] = field(default_factory=dict)
    paths: dict[ua.NodeId, str] = field(default_factory=lambda: {ROOT: ""})
    twins: list[str] = field(default_factory=list)

    def add(self, above: ua.NodeId, references: list[ua.ReferenceDescription]) -> list[ua.NodeId]:
        """The nodes that are new."""
        names = Counter((str(one.BrowseName), one.NodeId) for one in references)
        same = Counter(name for name, _ in names)
        self.twins += [f"{self.paths[above]}/{name}" for name, count in same.items() if count > 1]
        new = [one for one in references if one.NodeId not in self.paths]
        for one in new:
            self.nodes[one.NodeId] = one
            self.paths[one.NodeId] = f"{self.paths[above]}/{one.BrowseName.Name}"
        return list(dict.fromkeys(one.NodeId for one in new))


async def references(client: Client, nodes: list[ua.NodeId]) -> list[list[ua.ReferenceDescription]]:
    """All hierarchical references forward, page after page."""
    kind = ua.NodeId(ua.Int32(ua.ObjectIds.HierarchicalReferences))
    wanted = [ua.BrowseDescription(node, ua.BrowseDirection.Forward, kind, True, ua.UInt32(0), ua.UInt32(63))
              for node in nodes]  # fmt: skip
    found = []
    for result in await client.uaclient.browse(ua.BrowseParameters(NodesToBrowse=wanted)):
        held, point = list(result.References), result.ContinuationPoint
        while point:
            (more,) = await client.uaclient.browse_next(ua.BrowseNextParameters(False, [point]))
            held, point = held + more.References, more.ContinuationPoint
        found.append(held)
    return found


async def walked(client: Client) -> Tree:
    tree, waiting = Tree(), [ROOT]
    while waiting:
        piece, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        for node, found in zip(piece, await references(client, piece), strict=True):
            waiting += tree.add(node, found)
    return tree


async def read(client: Client, nodes: list[ua.NodeId], attribute: ua.AttributeIds) -> list[ua.DataValue]:
    values: list[ua.DataValue] = []
    for start in range(0, len(nodes), 500):
        wanted = [ua.ReadValueId(node, attribute) for node in nodes[start : start + 500]]
        values += await client.uaclient.read(ua.ReadParameters(0, ua.TimestampsToReturn.Both, wanted))
    return values


def missing(path: str, value: ua.DataValue) -> bool:
    """Whether a variable answers nothing that it could know."""
    status = 0 if value.StatusCode is None else value.StatusCode.value
    if NO_LIMIT_STATE in path and status == STATUS.BadStateNotActive:
        return False
    if "/Alarms/" in path and path.endswith(NEVER_ACTIVE):
        return False
    if path.endswith(NO_WORKER) and status == STATUS.BadWaitingForInitialData:
        return False
    nothing = value.Value is None or value.Value.Value is None
    return nothing or status not in {STATUS.Good, STATUS.UncertainLastUsableValue}


async def test_the_whole_tree(served: Served, twin: Twin) -> None:
    await twin.step()
    async with Client(served.url, timeout=60, watchdog_intervall=60) as client:
        tree = await walked(client)
        assert not tree.twins
        assert [tree.paths[node] for node, one in tree.nodes.items() if "/" in str(one.BrowseName.Name)
                and not tree.paths[node].startswith("/Objects/Server/Namespaces/http://")] == []  # fmt: skip
        variables = [node for node, one in tree.nodes.items() if one.NodeClass == ua.NodeClass.Variable]
        assert len(variables) > 3000
        for attribute in (ua.AttributeIds.DataType, ua.AttributeIds.ValueRank, ua.AttributeIds.UserAccessLevel):
            values = await read(client, variables, attribute)
            assert [tree.paths[node] for node, value in zip(variables, values, strict=True)
                    if value.Value is None or value.Value.Value in (None, ua.NodeId())] == []  # fmt: skip
        instances = [node for node in variables if tree.paths[node].startswith("/Objects/")]
        values = await read(client, instances, ua.AttributeIds.Value)
        assert [tree.paths[node] for node, value in zip(instances, values, strict=True)
                if missing(tree.paths[node], value)] == []  # fmt: skip
        arguments = [(tree.paths[node], value.Value.Value) for node, value in zip(instances, values, strict=True)
                     if tree.paths[node].endswith(("/InputArguments", "/OutputArguments"))]  # fmt: skip
        ours = [
            (path, one) for path, every in arguments for one in every if "/Simulations/" in path or "/Engine/" in path
        ]
        assert len(ours) > 10
        assert [(path, one.Name) for path, one in ours if not one.Name or not one.Description.Text] == []
