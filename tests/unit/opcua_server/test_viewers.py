"""What monitored items say is what Read says to whoever has the session at present, and what Write then does."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary
from hypothesis import given
from hypothesis import strategies as st

from opcua_server.attributes import Reader
from opcua_server.monitored_nodes import MonitoredNodes
from opcua_server.monitored_tags import MonitoredTags
from opcua_server.names import node_id
from opcua_server.shown import shown
from opcua_server.sight import Sight
from opcua_server.sources import Sources
from opcua_server.space import Space
from opcua_server.values import bad
from opcua_server.viewer import Viewer
from plant.access import Caller, User, check_write
from plant.errors import NotAllowed, NotWritable, UnknownName, WrongState
from plant.lifecycle import ENDED, HOSTED, State
from plant.ownership import Sharing, require_change
from tests.unit.opcua_server.arrays import MODEL, space_of

IDS, TIMES, MODE = ua.AttributeIds, ua.TimestampsToReturn, ua.MonitoringMode
SIM = "wood-berry-1"
LEVEL = 0x07
UNKNOWN = int(ua.StatusCodes.BadNodeIdUnknown)
CALLERS = st.builds(Caller, st.sampled_from(User), st.sampled_from((None, "eva", "otto")))
CHANGES = st.one_of(
    CALLERS, st.sampled_from(Sharing), st.sampled_from(State), st.sampled_from((None, "eva", "otto")).map(str)
)


VALUES = {
    IDS.UserAccessLevel: (LEVEL, ua.VariantType.Byte), IDS.UserExecutable: (True, ua.VariantType.Boolean),
    IDS.BrowseName: (ua.QualifiedName("a name"), ua.VariantType.QualifiedName),
}  # fmt: skip


class Nodes:
    """What the address space says of a tag, of a method and of the name of a simulation, to nobody in particular."""

    def read_attribute_value(self, _: ua.NodeId, attribute: ua.AttributeIds) -> ua.DataValue:
        return ua.DataValue(ua.Variant(*VALUES[attribute]))


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look is long after the one before."""
    ticks = count(10**9, 10**9)
    for module in ("sampled", "sources"):
        monkeypatch.setattr(f"opcua_server.{module}.now", lambda: next(ticks))


def change(space: Space, viewer: Viewer, tags: MonitoredTags, wanted: Any) -> None:
    """Another caller has the session; or sharing, state or owner of the simulation are others."""
    if isinstance(wanted, Caller):
        viewer.present = lambda: wanted
        tags.look_anew()
        return
    name = {Sharing: "sharing", State: "status"}.get(type(wanted), "owner")
    held = space.simulations[SIM].record
    wanted = None if wanted == "None" else wanted
    space.put(replace(held, version=held.version + 1, **{name: wanted}))


def asked(node: ua.NodeId, attribute: ua.AttributeIds) -> ua.MonitoredItemCreateRequest:
    parameters = ua.MonitoringParameters(ClientHandle=ua.UInt32(1), QueueSize=ua.UInt32(1))
    return ua.MonitoredItemCreateRequest(ua.ReadValueId(node, attribute), MODE.Reporting, parameters)


def told(notifications: list[bytes], last: list[ua.DataValue]) -> list[ua.DataValue]:
    """What was told last, with what has come now."""
    return last + [struct_from_binary(ua.MonitoredItemNotification, Buffer(one)).Value for one in notifications]


NODES = [(node_id(SIM, "feed_flow"), IDS.UserAccessLevel), (node_id(SIM, "reflux_flow"), IDS.UserAccessLevel),
         (node_id(SIM, "Step"), IDS.UserExecutable), (node_id(SIM, "InjectFault"), IDS.UserExecutable),
         (node_id(SIM, "Status"), IDS.BrowseName)]  # fmt: skip


@given(changes=st.lists(CHANGES, max_size=12), place=st.integers(0, len(NODES) - 1))
def test_an_item_tells_what_read_tells(changes: list[Any], place: int) -> None:
    space, (node, attribute) = space_of(State.RUNNING), NODES[place]
    viewer, reader, sight = Viewer(space), Reader(Nodes(), space), Sight(space)  # type: ignore[arg-type]
    looked = Sources(Nodes())  # type: ignore[arg-type]
    tags, items = MonitoredTags(space, set(), viewer), MonitoredNodes(looked, viewer)
    items.create(1, asked(node, attribute), TIMES.Both, 50.0)
    last: list[ua.DataValue] = []
    for wanted in (Caller(User.ENGINEER), *changes):
        before = len(last)
        change(space, viewer, tags, wanted)
        items.sample()
        last = told(items.take(10)[0], last)
        who = viewer.present()
        read = reader.read_one(ua.ReadValueId(node, attribute), who) if sight.sees(who, node) else bad(UNKNOWN)
        seen = last[-1]
        assert (seen.Value, seen.StatusCode) == (read.Value, read.StatusCode)
        if before and (last[before - 1].Value, last[before - 1].StatusCode) == (seen.Value, seen.StatusCode):
            assert len(last) == before, "what has not changed is not told"


@given(changes=st.lists(CHANGES, max_size=12))
def test_values_of_what_is_hidden_are_not_told(changes: list[Any]) -> None:
    space = space_of(State.RUNNING)
    viewer, sight, node = Viewer(space), Sight(space), node_id(SIM, "reflux_flow")
    tags = MonitoredTags(space, set(), viewer)
    space.on_sharing(lambda live: tags.share([live]))
    found = space.find_tag(node)
    assert found is not None
    tags.create(1, asked(node, IDS.Value), TIMES.Both, found, 50.0)
    tags.begin()
    live, _ = found
    for number, wanted in enumerate((Caller(User.ENGINEER), *changes), 1):
        change(space, viewer, tags, wanted)
        sees = sight.sees(viewer.present(), node)
        tags.pop()
        space.table.restore(live.block, {"reflux_flow": (float(number), number)})
        assert tags.reporting == sees
        assert not sees or tags.pop()[1] == 1


@given(
    who=CALLERS, owner=st.sampled_from((None, "eva")), sharing=st.sampled_from(Sharing),
    state=st.sampled_from(State), tag=st.sampled_from(MODEL.tags),
)  # fmt: skip
def test_the_level_says_what_a_write_does(
    who: Caller, owner: str | None, sharing: Sharing, state: State, tag: Any
) -> None:
    """Whether it is refused for who writes, or because the simulation has ended: not for what moves the tag now."""
    space = space_of(state)
    live = space.simulations[SIM]
    live.record = replace(live.record, owner=owner, sharing=sharing)
    held = ua.DataValue(ua.Variant(LEVEL if tag.writable else LEVEL & ~2, ua.VariantType.Byte))
    level = shown(held, node_id(SIM, tag.name), IDS.UserAccessLevel, who, space)
    assert level.Value is not None
    manual = [0.0] * len(MODEL.tags)
    try:
        require_change(who, live.record)
        check_write(SIM, MODEL, state if state in ENDED | HOSTED else State.RUNNING, who, tag.name, tag.low, manual)
        may = True
    except (NotAllowed, NotWritable, UnknownName, WrongState):
        may = False
    assert bool(level.Value.Value & 2) == may
