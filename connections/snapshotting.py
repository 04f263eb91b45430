"""The safe path of snapshots: have the worker tell the present state and keep it, or go back to a kept one."""

import asyncio
import re
import time
from base64 import b64encode

from connections.action import Action
from connections.fmu.equations import FmuEquations
from connections.record import Record
from connections.shot import SHOTS, Shot
from connections.simulations import Simulations
from connections.snapshots import Snapshot, Snapshots, snapshot_of, taken
from plant import catalog
from plant.access import Right, Who
from plant.errors import Duplicate, InvalidValue, Unavailable, WrongState
from plant.lifecycle import HOSTED
from plant.ownership import require_on
from plant.simulation import fitting

PATIENCE = 5.0
"""Seconds for a worker to carry out what is asked."""
SNAPSHOT, RESTORE = "snapshot", "restore"
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
LONGEST_NAME = 100


async def take(simulations: Simulations, store: Snapshots, record: Record, name: str, user: Who, door: str) -> Snapshot:
    """Keep the state as it is now under this name.

    Raises InvalidValue for a name that is none, NotAllowed, WrongState unless it is hosted, Duplicate, NoCapacity,
    Unavailable when its worker is silent.
    """
    require_on(user, Right.OPERATE, record, f"a snapshot of {record.sim_id}")
    if len(name) > LONGEST_NAME or not re.fullmatch(NAME, name):
        raise InvalidValue(
            f"'{name[:LONGEST_NAME]}' is no name of a snapshot: up to {LONGEST_NAME} letters, digits, '.', '_', '-'"
        )
    if await asyncio.to_thread(store.has, record.sim_id, name):
        raise taken(record.sim_id, name)
    return await asyncio.to_thread(keep, store, await ask(simulations, record, name, user, door))


async def restore(
    simulations: Simulations, store: Snapshots, record: Record, name: str, user: Who, door: str,
    version: int | None = None,
) -> tuple[Record, int]:  # fmt: skip
    """Have it go back to a snapshot: the changed record, and the number of the action that does it.

    Raises NotAllowed, WrongState, UnknownName, DamagedSnapshot for one of another version of the model, StaleVersion,
    Unavailable.
    """
    require_on(user, Right.OPERATE, record, f"restoring {record.sim_id}")
    require_hosted(record, f"restore '{name}'")
    _, checkpoint = await asyncio.to_thread(store.get, record.sim_id, name)
    require_saving(record)
    fitting(catalog.find(record.model_id), record.sample_time, checkpoint.snapshot)
    await simulations.bus.alive()
    changed = await asyncio.to_thread(simulations.records.change, record.sim_id, version)
    content = b64encode(checkpoint.snapshot).decode()
    action = Action(str(user), door, time.time_ns(), command=RESTORE, name=name, content=content)
    number, _ = await simulations.bus.append_action(record.sim_id, action)
    await simulations.announce(changed)
    return changed, number


async def ask(simulations: Simulations, record: Record, name: str, user: Who, door: str) -> Shot:
    """Ask the worker for the present state. Raises WrongState, Unavailable."""
    require_hosted(record, "take a snapshot of it")
    require_saving(record)
    bus = simulations.bus
    position = await bus.last_position(SHOTS)
    action = Action(str(user), door, time.time_ns(), command=SNAPSHOT, name=name)
    number, _ = await bus.append_action(record.sim_id, action)
    try:
        async with asyncio.timeout(PATIENCE):
            async for _, entry in bus.follow(SHOTS, position):
                shot = Shot.decode(entry)
                if (shot.sim_id, shot.action) == (record.sim_id, number):
                    return shot
    except TimeoutError:
        pass
    raise Unavailable(f"the worker of {record.sim_id} did not answer within {PATIENCE:g} s; a snapshot may come later")


def keep(store: Snapshots, shot: Shot) -> Snapshot:
    """Keep a shot, unless that was done before. Raises Duplicate, NoCapacity, DamagedSnapshot."""
    snapshot = snapshot_of(shot)
    try:
        store.add(snapshot, shot.content)
    except Duplicate:
        kept, _ = store.get(shot.sim_id, shot.name)
        if kept.created_at != snapshot.created_at:
            raise
    return snapshot


def require_saving(record: Record) -> None:
    """Refuse what needs a saved state of an FMU that can't save it. Raises WrongState."""
    equations = catalog.find(record.model_id).equations
    if isinstance(equations, FmuEquations) and not equations.plan.saves:
        raise WrongState(f"the FMU of {record.sim_id} can't save its state (canSerializeFMUstate): no snapshots")


def require_hosted(record: Record, what: str) -> None:
    """Refuse what needs a worker. Raises WrongState."""
    if record.status not in HOSTED:
        raise WrongState(f"{record.sim_id} is {record.status}: can't {what}")
