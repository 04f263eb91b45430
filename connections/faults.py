"""The safe path of faults: check, append to the simulation's actions, and tell what there is."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from connections.action import Action
from connections.record import Record
from connections.simulations import Simulations, told_by
from plant import access, catalog
from plant.errors import Duplicate, UnknownName, WrongState
from plant.faults import Fault
from plant.faults_check import check_faults
from plant.lifecycle import HOSTED
from plant.ownership import require_on

CLEAR = "clear_faults"


def present(record: Record) -> list[Fault]:
    """The faults of a simulation, as its worker last told."""
    return [Fault.from_words(words) for words in record.faults]


def standing(record: Record, simulated: float) -> list[Fault]:
    """Those of them that have not ended at this simulated time."""
    return [fault for fault in present(record) if fault.stage(simulated) != "ended"]


@dataclass(frozen=True, slots=True)
class Cleared:
    """The numbers of the faults that end, and of the action that ends them."""

    numbers: Sequence[int]
    action: int


def action_of(record: Record, fault: Fault) -> int:
    """The number of the action that an injected fault is; 0 or less for a planned one."""
    return fault.number - len(record.planned)


async def inject(
    simulations: Simulations, record: Record, words: Mapping[str, object], simulated: float, user: access.Who,
    door: str, key: str | None = None,
) -> Fault:  # fmt: skip
    """Check one fault and append it; answers it with its number. `simulated` is the present simulated time.

    Raises NotAllowed, WrongState, Duplicate for a key that was used otherwise, Unavailable, or as `check_faults`.
    """
    told = told_by("inject_fault", user, door, sim_id=record.sim_id, new=dict(words))
    with simulations.trail.attempt(told):
        return await _inject(simulations, record, words, simulated, user, door, key)


async def _inject(
    simulations: Simulations, record: Record, words: Mapping[str, object], simulated: float, user: access.Who,
    door: str, key: str | None,
) -> Fault:  # fmt: skip
    require_on(user, access.Right.ENGINEER, record, f"injecting a fault into {record.sim_id}")
    if key is not None and (done := await simulations.bus.find_action(record.sim_id, key)):
        return _done_before(record, words, done)
    _require_hosted(record)
    (fault,) = check_faults(
        catalog.find(record.model_id), [words], record.sim_id, len(standing(record, simulated))
    )  # fmt: skip
    action = Action(str(user), door, time.time_ns(), fault=replace(fault, number=0).words())
    number, _ = await simulations.bus.append_action(record.sim_id, action, key)
    return _numbered(record, fault, number)


async def clear(simulations: Simulations, record: Record, number: int | None, user: access.Who, door: str) -> Cleared:
    """Append the end of one fault, or of all.

    Raises NotAllowed, WrongState, UnknownName for a number that no fault has, Unavailable.
    """
    numbers = [fault.number for fault in present(record) if number in (None, fault.number)]
    with simulations.trail.attempt(told_by(CLEAR, user, door, sim_id=record.sim_id, old={"faults": numbers})):
        return Cleared(numbers, await _clear(simulations, record, number, numbers, user, door))


async def _clear(
    simulations: Simulations, record: Record, number: int | None, numbers: Sequence[int], user: access.Who, door: str
) -> int:
    require_on(user, access.Right.ENGINEER, record, f"clearing faults of {record.sim_id}")
    if number is not None and not numbers:
        raise UnknownName(f"{record.sim_id} has no fault {number}")
    _require_hosted(record)
    argument = None if number is None else float(number)
    action = Action(str(user), door, time.time_ns(), command=CLEAR, argument=argument)
    appended, _ = await simulations.bus.append_action(record.sim_id, action)
    return appended


def _numbered(record: Record, fault: Fault, action: int) -> Fault:
    """The fault under the number that its worker gives it: behind the planned ones, by its action."""
    return replace(fault, number=len(record.planned) + action)


def _done_before(record: Record, words: Mapping[str, object], done: Action) -> Fault:
    (fault,) = check_faults(catalog.find(record.model_id), [words], record.sim_id)
    if done.fault != replace(fault, number=0).words():
        raise Duplicate("this Idempotency-Key was used for another request")
    return _numbered(record, fault, done.number)


def _require_hosted(record: Record) -> None:
    if record.status not in HOSTED:
        raise WrongState(f"{record.sim_id} is {record.status}: its faults can change while it is running or paused")
