"""Machines taken out of service and forgotten, for every door; what follows is done by the reconciler."""

import asyncio

from connections.machines import Draining, Machine
from connections.simulations import Simulations
from plant.access import Right, Who, require
from plant.errors import WrongState


async def drain(
    simulations: Simulations, machine: str, how: Draining | None, caller: Who, version: int | None = None
) -> Machine:
    """Let a machine take no new simulations, or (None) take them again.

    Raises NotAllowed, UnknownName, StaleVersion, Unavailable.
    """
    require(caller, Right.ADMINISTER, f"{'putting' if how is None else 'taking'} machine {machine[:80]} "
            f"{'into' if how is None else 'out of'} service")  # fmt: skip
    return await asyncio.to_thread(simulations.machines.drain, machine, how, version)


async def remove(simulations: Simulations, machine: str, caller: Who, version: int | None = None) -> Machine:
    """Forget a machine that nothing depends on.

    Raises NotAllowed, UnknownName, StaleVersion, Unavailable, WrongState while it has workers or simulations.
    """
    require(caller, Right.ADMINISTER, f"removing machine {machine[:80]}")
    workers = sum(beat["machine"] == machine for beat in await simulations.bus.workers())
    if workers:
        raise WrongState(f"machine {machine} has {workers} living workers: drain it, end them, then remove it")
    pinned = await asyncio.to_thread(simulations.records.alive, machine)
    if pinned:
        raise WrongState(f"{pinned} living simulations are pinned to machine {machine}: stop them, then remove it")
    return await asyncio.to_thread(simulations.machines.remove, machine, version)
