"""Where simulations go: pinned, to whoever is free, past machines that drain, or nowhere with the reason."""

import pytest

from connections.placement import Place, Seat, free, place, refusal

A, B, C = Seat("a", 10, 2), Seat("b", 10, 9), Seat("c", 4, 1)


@pytest.mark.parametrize(
    ("seats", "draining", "pinned", "expected"),
    [
        ([], (), None, Place()),
        ([A, B], (), None, Place()),
        ([A, B], (), "b", Place("b")),
        ([A, B], (), "far", Place()),
        ([A, B], ("far",), None, Place()),
        ([A, B, C], ("a",), None, Place("c")),
        ([A, B, C], ("c",), None, Place("a")),
        ([A, B], ("b",), "b", Place("a")),
        ([A, B], ("b",), "a", Place("a")),
        ([A], ("a",), None, Place(waits="every machine that has a worker is draining")),
        ([A], ("a",), "a", Place(waits="every machine that has a worker is draining")),
    ],
)
def test_places(seats: list[Seat], draining: tuple[str, ...], pinned: str | None, expected: Place) -> None:
    assert place(seats, draining, pinned) == expected


def test_two_workers_of_a_machine_count_together() -> None:
    assert free([A, A, B], "a") == 16
    assert place([B, C, C, A], ("a",)) == Place("c")


@pytest.mark.parametrize(
    ("seats", "draining", "pinned", "alive", "there", "spare", "reason"),
    [
        ([A], (), None, 9, 0, 0, None),
        ([A], (), None, 10, 0, 0, "all 10 slots are in use"),
        ([A], (), None, 10, 0, 10, None),
        ([], (), None, 0, 0, 0, "no worker is running"),
        ([], (), None, 0, 0, 10, None),
        ([A, C], (), "c", 13, 3, 0, None),
        ([A, C], (), "c", 5, 4, 0, "all 4 slots of machine c are in use"),
        ([A, C], (), "far", 5, 90, 0, None),
        ([A, C], ("c",), "c", 0, 0, 0, "machine c is draining"),
        ([A], ("a",), None, 2, 0, 0, "every machine is draining"),
        ([A, C], ("c",), None, 10, 0, 0, None),
        ([A, C], ("c",), None, 11, 0, 0, "all 11 slots are in use"),
    ],
)
def test_refusals(
    seats: list[Seat], draining: tuple[str, ...], pinned: str | None, alive: int, there: int, spare: int,
    reason: str | None,
) -> None:  # fmt: skip
    answer = refusal(seats, draining, pinned, alive, there, spare)
    assert (answer is None) if reason is None else answer is not None and answer.startswith(reason)
