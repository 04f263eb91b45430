"""Which worker is emptied next: the emptiest of a draining machine, and only when the others have room."""

import pytest

from connections.machines import Draining
from connections.placement import Seat
from engine_api.drains import leaving
from engine_api.scene import Scene, Worker


def worker(name: str, machine: str, slots: int, hosted: int) -> Worker:
    return Worker(name, Seat(machine, slots, hosted), machine, 0.0, 0.0)


A1, A2, B = worker("a1", "a", 10, 5), worker("a2", "a", 10, 3), worker("b", "b", 10, 7)


@pytest.mark.parametrize(
    ("workers", "draining", "name"),
    [
        ([A1, A2, B], {}, None),
        ([A1, A2, B], {"a": Draining.MOVE}, "a2"),
        ([A1, A2, B], {"a": Draining.FINISH}, None),
        ([A1, B], {"a": Draining.MOVE}, None),
        ([A1], {"a": Draining.MOVE}, None),
        ([A1, A2, B], {"a": Draining.MOVE, "b": Draining.MOVE}, None),
        ([worker("a3", "a", 10, 0), B], {"a": Draining.MOVE}, None),
    ],
)
def test_who_leaves(workers: list[Worker], draining: dict[str, Draining], name: str | None) -> None:
    found = leaving(Scene(workers=workers, draining=draining))
    assert (found and found.name) == name
