"""Where the next attempt of a simulation may run, and why it has to wait: one pure decision over the heartbeats."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

CURE = "stop a simulation, add a worker (pde worker) or ask to wait in the queue"


@dataclass(frozen=True, slots=True)
class Seat:
    """A living worker: its machine, how many simulations it takes and how many it hosts."""

    machine: str
    slots: int
    hosted: int

    @classmethod
    def of(cls, beat: Mapping[str, str]) -> "Seat":
        """From a heartbeat."""
        return cls(beat["machine"], int(beat["slots"]), int(beat["hosted"]))


@dataclass(frozen=True, slots=True)
class Place:
    """The machine whose queue gets the job (None: the queue of whoever is free), or the reason why no queue does."""

    machine: str | None = None
    waits: str | None = None


def open_seats(seats: Sequence[Seat], draining: Collection[str]) -> list[Seat]:
    """The workers that take new simulations."""
    return [seat for seat in seats if seat.machine not in draining]


def place(seats: Sequence[Seat], draining: Collection[str], pinned: str | None = None) -> Place:
    """Where a simulation goes that is pinned to this machine, or to none.

    A machine without a worker that takes simulations is served by the others. While a machine drains, its workers
    still listen to the common queue: then jobs go to the emptiest of the other machines by name.
    """
    takers = open_seats(seats, draining)
    if pinned is not None and any(seat.machine == pinned for seat in takers):
        return Place(pinned)
    if len(takers) == len(seats):
        return Place()
    if not takers:
        return Place(waits="every machine that has a worker is draining")
    return Place(max(sorted({seat.machine for seat in takers}), key=lambda machine: free(takers, machine)))


def free(seats: Sequence[Seat], machine: str | None = None) -> int:
    """Free slots of a machine, or of all."""
    return sum(max(0, seat.slots - seat.hosted) for seat in seats if machine in (None, seat.machine))


def slots(seats: Sequence[Seat], machine: str | None = None) -> int:
    """Slots of a machine, or of all."""
    return sum(seat.slots for seat in seats if machine in (None, seat.machine))


def refusal(
    seats: Sequence[Seat], draining: Collection[str], pinned: str | None, alive: int, alive_there: int, spare: int = 0
) -> str | None:
    """Why one more simulation has no slot; None when it has one.

    `alive` simulations live in all, `alive_there` of them pinned to the same machine; `spare` slots more come by
    themselves when they are needed.
    """
    takers = open_seats(seats, draining)
    if pinned in draining:
        return f"machine {pinned} is draining and takes no new simulations; choose another one or ask to wait"
    if not takers and not spare:
        return f"{'every machine is draining' if seats else 'no worker is running'}; {CURE}"
    there = slots(takers, pinned)
    if pinned is not None and there and alive_there >= there:
        return f"all {there} slots of machine {pinned} are in use; {CURE}"
    room = slots(takers) + spare + sum(seat.hosted for seat in seats if seat.machine in draining)
    if alive >= room:
        return f"all {room} slots are in use; {CURE}"
    return None
