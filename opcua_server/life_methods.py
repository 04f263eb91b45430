"""The methods of a simulation that move its life."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asyncua import ua

from connections.record import Record
from connections.simulations import Simulations
from opcua_server.arguments import Argument, InvalidArguments, check_arguments
from opcua_server.door import DOOR
from plant.access import Who
from plant.lifecycle import Command

_TYPES = ua.VariantType


@dataclass(frozen=True, slots=True)
class Life:
    """A method of a simulation: the command that it gives, and the type of its argument if it takes one."""

    command: Command
    argument: ua.VariantType | None = None


LIFE: Mapping[str, Life] = {
    "Suspend": Life(Command.PAUSE),
    "Resume": Life(Command.RESUME),
    "Start": Life(Command.RESUME),
    "Halt": Life(Command.STOP),
    "Reset": Life(Command.RESET),
    "Step": Life(Command.STEP, _TYPES.UInt32),
    "SetSpeed": Life(Command.SPEED, _TYPES.Double),
}


async def move(simulations: Simulations, sim_id: str, method: str, arguments: Sequence[ua.Variant], who: Who) -> Record:
    """Carry out one of LIFE: the record as it is then. Raises ServiceError, or as `Simulations.command`."""
    life = LIFE[method]
    wanted = () if life.argument is None else (Argument("", life.argument, ""),)
    values = check_arguments(arguments, wanted)
    if None in values:
        raise InvalidArguments([ua.StatusCodes.BadTypeMismatch])
    return await simulations.command(sim_id, life.command, who, DOOR, float(values[0]) if values else None)
