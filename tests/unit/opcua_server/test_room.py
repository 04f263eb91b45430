"""Who gives way when every place is taken."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from opcua_server.limits import LIMITS
from opcua_server.room import make_room, make_room_for_session

HERE, THERE = ("192.0.2.1", 1), ("192.0.2.2", 1)


@dataclass
class Place:
    """A connection."""

    peer_name: Any = HERE
    in_use: bool = False
    busy: bool = False
    gone: bool = False

    def give_way(self) -> None:
        self.gone = True


@dataclass
class Held:
    """A session."""

    activated: bool = False
    orphaned: bool = False
    closed: list[bool] = field(default_factory=list)

    def is_activated(self) -> bool:
        return self.activated

    async def close_session(self, delete_subs: bool = True) -> None:
        self.closed.append(delete_subs)


@pytest.mark.parametrize(
    ("kind", "room"), [({}, True), ({"busy": True}, False), ({"in_use": True}, False)], ids=["idle", "busy", "in use"]
)
def test_an_address_is_relieved_of_its_oldest_idle_connection(kind: dict[str, bool], room: bool) -> None:
    places = [Place(**kind) for _ in range(LIMITS.connections_per_address)]
    assert make_room(places, THERE)
    assert not any(place.gone for place in places)
    assert make_room(places, HERE) is room
    assert [place.gone for place in places] == [room] + [False] * (len(places) - 1)


@pytest.mark.parametrize(("in_use", "room"), [(False, True), (True, False)])
def test_the_server_is_relieved_of_refusals_under_way_too(in_use: bool, room: bool) -> None:
    places = [Place((f"192.0.2.{number}", 1), in_use, busy=True) for number in range(LIMITS.connections)]
    assert make_room(places, HERE) is room
    assert places[0].gone is room


async def test_sessions_that_nobody_uses_go_first() -> None:
    used, orphan, idle = Held(True), Held(True, orphaned=True), Held()
    assert await make_room_for_session([used, orphan, idle])
    assert (used.closed, orphan.closed, idle.closed) == ([], [], [True])
    assert await make_room_for_session([used, orphan])
    assert (used.closed, orphan.closed) == ([], [True])
    assert not await make_room_for_session([used])
