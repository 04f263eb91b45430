"""The methods of a simulation that inject and clear faults."""

from collections.abc import Mapping, Sequence

from asyncua import ua

from connections import faults
from connections.simulations import Simulations
from opcua_server.arguments import Argument, check_arguments, pairs
from opcua_server.door import DOOR
from opcua_server.live import Live
from plant.access import Who

_TYPES = ua.VariantType
INJECT, CLEAR = "InjectFault", "ClearFaults"
FAULTS: Mapping[str, tuple[Argument, ...]] = {
    INJECT: (
        Argument("Tag", _TYPES.String, ""),
        Argument("Kind", _TYPES.String, ""),
        Argument("Parameters", _TYPES.String, "", array=True, optional=True),
    ),
    CLEAR: (),
}
"""What each of them takes; the node set describes it."""


async def change_faults(
    simulations: Simulations, live: Live, name: str, arguments: Sequence[ua.Variant], who: Who
) -> list[ua.Variant]:
    """Carry out one of FAULTS; what it answers. Raises ServiceError, or as `faults.inject` and `faults.clear`."""
    values = check_arguments(arguments, FAULTS[name])
    if name == CLEAR:
        await faults.clear(simulations, live.record, None, who, DOOR)
        return []
    tag, kind, parameters = values
    words = {**pairs(parameters or ()), "tag": tag, "kind": kind}
    frame = live.block.frame
    simulated = live.record.simulation_time if frame is None else frame.sim_time
    fault = await faults.inject(simulations, live.record, words, simulated, who, DOOR)
    return [ua.Variant(fault.number, _TYPES.UInt32)]
