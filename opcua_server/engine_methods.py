"""The methods of the engine: they start and stop simulations."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError

from connections.record import Record
from connections.simulations import Simulations
from connections.start import Start
from opcua_server.arguments import Argument, check_arguments, pairs
from opcua_server.door import DOOR
from opcua_server.names import node_id
from plant.access import Right, Who, may
from plant.errors import WrongState
from plant.lifecycle import ALIVE, Command
from plant.ownership import may_change

_TYPES = ua.VariantType
STOP_ALL = "StopAll"
START_INPUTS = (
    Argument("ModelId", _TYPES.String, "Id of the model, such as wood-berry"),
    Argument("Name", _TYPES.String, "Name to show; empty: the model's name"),
    Argument("Duration", _TYPES.Double, "Simulated seconds until it finishes; 0: the default of the engine"),
    Argument("Speed", _TYPES.Double, "Speed factor 0.1 to 1000; 0: 1; infinite: as fast as possible"),
    Argument("Inputs", _TYPES.String, "Values to start with, each as tag=value", array=True),
    Argument("Start", _TYPES.String, "Start state of the model; empty or left out: its first one", optional=True),
)
START_OUTPUTS = (
    Argument("SimId", _TYPES.String, "Id of the new simulation"),
    Argument("NodeId", _TYPES.NodeId, "Its object below Objects/Simulations"),
)


Show = Callable[[Record], Awaitable[None]]


async def start(simulations: Simulations, arguments: Sequence[ua.Variant], who: Who, show: Show) -> list[ua.Variant]:
    """Start a simulation; what the method answers. Raises ServiceError, or as `Simulations.start`."""
    record = await simulations.start(_wanted(check_arguments(arguments, START_INPUTS)), who, DOOR)
    await show(record)
    return [ua.Variant(record.sim_id, _TYPES.String), ua.Variant(node_id(record.sim_id), _TYPES.NodeId)]


async def stop_all(simulations: Simulations, records: Collection[Record], who: Who, show: Show) -> None:
    """Stop those of these simulations that live and are the caller's to stop. Raises ServiceError."""
    if not may(who, Right.OPERATE):
        raise ServiceError(ua.StatusCodes.BadUserAccessDenied)
    for record in records:
        if record.status in ALIVE and may_change(who, record):
            try:
                await show(await simulations.command(record.sim_id, Command.STOP, who, DOOR))
            except WrongState:
                continue  # it ended by itself in the meantime


def _wanted(values: Sequence[Any]) -> Start:
    model_id, name, duration, speed, inputs, state = values
    return Start(
        str(model_id or ""), name or None, duration or None, speed or 1.0, inputs=pairs(inputs or ()), wait=False,
        start=state or None,
    )  # fmt: skip
