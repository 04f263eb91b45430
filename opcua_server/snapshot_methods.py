"""The methods of a simulation that keep its state under a name and go back to it."""

from collections.abc import Mapping, Sequence

from asyncua import ua

from connections import snapshotting
from connections.record import Record
from connections.simulations import Simulations, told_by
from connections.snapshots import Snapshots
from opcua_server.arguments import Argument, check_arguments
from opcua_server.door import DOOR
from plant.access import Who

SAVE, RESTORE = "SaveSnapshot", "RestoreSnapshot"
SNAPSHOTS: Mapping[str, str] = {SAVE: "take_snapshot", RESTORE: "restore_snapshot"}
"""The methods, and what the audit calls what they do; the node set describes them."""
_NAME = (Argument("Name", ua.VariantType.String, ""),)


async def change_state(
    simulations: Simulations, record: Record, method: str, arguments: Sequence[ua.Variant], who: Who
) -> None:
    """Carry out one of SNAPSHOTS. Raises ServiceError, or as `snapshotting.take` and `snapshotting.restore`."""
    name = str(check_arguments(arguments, _NAME)[0] or "")
    told = told_by(SNAPSHOTS[method], who, DOOR, sim_id=record.sim_id, new={"name": name[: snapshotting.LONGEST_NAME]})
    work = snapshotting.take if method == SAVE else snapshotting.restore
    with simulations.trail.attempt(told):
        await work(simulations, Snapshots(simulations.records), record, name, who, DOOR)
