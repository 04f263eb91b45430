"""Methods: those of a simulation move its life, those of the engine start and stop simulations."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace

from connections.audit import DONE, REFUSED
from connections.log import logger
from connections.record import Record
from connections.simulations import Simulations, told_by
from connections.start import Start
from opcua_server.alarms.methods import AlarmMethods
from opcua_server.alarms.methods import Caller as Calling
from opcua_server.arguments import Argument, InvalidArguments, check_arguments, pairs
from opcua_server.door import DOOR, PATIENCE
from opcua_server.fault_methods import FAULTS, change_faults
from opcua_server.names import ENGINE_NODE, SIMULATIONS, node_id
from opcua_server.space import Space
from opcua_server.values import status_code
from opcua_server.writes import STATUS
from plant.access import Caller, Right, Who, may
from plant.errors import (
    Duplicate,
    InvalidRequest,
    InvalidValue,
    NoCapacity,
    PlantError,
    UnknownName,
    WrongState,
    WrongType,
)
from plant.lifecycle import ALIVE, Command
from plant.ownership import may_change

_CODES, _TYPES = ua.StatusCodes, ua.VariantType
_STATUS: Mapping[type[PlantError], int] = {
    **STATUS,
    UnknownName: _CODES.BadNotFound,
    InvalidRequest: _CODES.BadInvalidArgument,
    WrongType: _CODES.BadInvalidArgument,
    InvalidValue: _CODES.BadInvalidArgument,
    NoCapacity: _CODES.BadResourceUnavailable,
    Duplicate: _CODES.BadEntryExists,
}
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class _Life:
    """A method of a simulation: the command that it gives, and the type of its argument if it takes one."""

    command: Command
    argument: ua.VariantType | None = None


LIFE: Mapping[str, _Life] = {
    "Suspend": _Life(Command.PAUSE),
    "Resume": _Life(Command.RESUME),
    "Start": _Life(Command.RESUME),
    "Halt": _Life(Command.STOP),
    "Reset": _Life(Command.RESET),
    "Step": _Life(Command.STEP, _TYPES.UInt32),
    "SetSpeed": _Life(Command.SPEED, _TYPES.Double),
}
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


class Methods:
    """Answers Call requests."""

    def __init__(
        self, aspace: AddressSpace, space: Space, simulations: Simulations, show: Callable[[Record], Awaitable[None]],
        alarms: AlarmMethods,
    ) -> None:  # fmt: skip
        self._aspace, self._space, self._simulations, self._show = aspace, space, simulations, show
        self._alarms = alarms

    async def call(self, request: ua.CallMethodRequest, caller: Calling) -> ua.CallMethodResult:
        """Carry out one call; problems are the result's status code."""
        if self._alarms.concerns(request):
            method = self._aspace.get(request.MethodId)
            name = None if method is None else _method_name(method)
            result = await self._alarms.call(request, name, caller)
            self._tell_order(request, name, caller.who, result)
            return result
        return await self._call_plain(request, caller.who)

    def _tell_order(
        self, request: ua.CallMethodRequest, name: str | None, who: Caller, result: ua.CallMethodResult
    ) -> None:
        found = self._space.find(request.ObjectId)
        if found is None:
            return  # a refresh of one's own subscription
        status = result.StatusCode or ua.StatusCode()
        outcome = DONE if status.is_good() else REFUSED
        told = told_by(str(name), who, DOOR, sim_id=found[0].record.sim_id, new={"alarm": found[1]}, outcome=outcome)
        self._simulations.trail.tell(replace(told, detail="" if status.is_good() else status.name))

    async def _call_plain(self, request: ua.CallMethodRequest, who: Who) -> ua.CallMethodResult:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._simulations.bus.alive()
            return await self._call(request, who)
        except TimeoutError:
            return _failed(_CODES.BadCommunicationError)
        except InvalidArguments as error:
            return error.result()
        except ServiceError as error:
            return _failed(error.code)
        except PlantError as error:
            _log.info("method refused", method=str(request.MethodId), cause=str(error))
            return _failed(next((_STATUS[k] for k in type(error).__mro__ if k in _STATUS), _CODES.BadUnexpectedError))

    async def _call(self, request: ua.CallMethodRequest, who: Who) -> ua.CallMethodResult:
        method = self._aspace.get(request.MethodId)
        if self._aspace.get(request.ObjectId) is None:
            raise ServiceError(_CODES.BadNodeIdUnknown)
        name = _method_name(method)
        arguments = request.InputArguments or []
        if request.ObjectId == ENGINE_NODE and request.MethodId == node_id("Engine", name):
            return await self._call_engine(name, arguments, who)
        found = self._space.find(request.ObjectId)
        if found is None:
            return await self._call_standard(request, who)
        live, path = found
        if path or name not in (*LIFE, *FAULTS) or not _belongs(request.MethodId, live.record.sim_id, name):
            raise ServiceError(_CODES.BadMethodInvalid)
        outputs: list[ua.Variant] = []
        if name in FAULTS:
            outputs = await change_faults(self._simulations, live, name, arguments, who)
        else:
            await self._command(live.record.sim_id, LIFE[name], arguments, who)
        results = [ua.StatusCode() for _ in arguments]
        return ua.CallMethodResult(InputArgumentResults=results, OutputArguments=outputs)

    async def _command(self, sim_id: str, life: _Life, arguments: Sequence[ua.Variant], who: Who) -> None:
        wanted = () if life.argument is None else (Argument("", life.argument, ""),)
        values = check_arguments(arguments, wanted)
        if None in values:
            raise InvalidArguments([_CODES.BadTypeMismatch])
        argument = float(values[0]) if values else None
        record = await self._simulations.command(sim_id, life.command, who, DOOR, argument)
        await self._show(record)

    async def _call_engine(self, name: str, arguments: Sequence[ua.Variant], who: Who) -> ua.CallMethodResult:
        if name == "StopAll":
            check_arguments(arguments, ())
            await self._stop_all(who)
            return ua.CallMethodResult()
        values = check_arguments(arguments, START_INPUTS)
        record = await self._simulations.start(_start(values), who, DOOR)
        await self._show(record)
        outputs = [
            ua.Variant(record.sim_id, _TYPES.String), ua.Variant(node_id(record.sim_id), _TYPES.NodeId),
        ]  # fmt: skip
        return ua.CallMethodResult(InputArgumentResults=[ua.StatusCode() for _ in arguments], OutputArguments=outputs)

    async def _stop_all(self, who: Who) -> None:
        if not may(who, Right.OPERATE):
            raise ServiceError(_CODES.BadUserAccessDenied)
        for live in list(self._space.simulations.values()):
            if live.record.status in ALIVE and may_change(who, live.record):
                try:
                    await self._show(await self._simulations.command(live.record.sim_id, Command.STOP, who, DOOR))
                except WrongState:
                    continue  # it ended by itself in the meantime

    async def _call_standard(self, request: ua.CallMethodRequest, who: Who) -> ua.CallMethodResult:
        """Methods of the Server object that asyncua carries out."""
        node = self._aspace.get(request.MethodId)
        if node is None or node.call is None or not may(who, Right.READ):
            raise ServiceError(_CODES.BadMethodInvalid)
        result = await node.call(request.ObjectId, *(request.InputArguments or []))
        return (
            result
            if isinstance(result, ua.CallMethodResult)
            else ua.CallMethodResult(StatusCode=result if isinstance(result, ua.StatusCode) else ua.StatusCode())
        )


def _start(values: Sequence[Any]) -> Start:
    model_id, name, duration, speed, inputs, start = values
    return Start(
        str(model_id or ""), name or None, duration or None, speed or 1.0, inputs=pairs(inputs or ()), wait=False,
        start=start or None,
    )  # fmt: skip


def _method_name(node: Any) -> str:
    if node is None:
        raise ServiceError(_CODES.BadMethodInvalid)
    return str(node.attributes[ua.AttributeIds.BrowseName].value.Value.Value.Name)


def _belongs(method: ua.NodeId, sim_id: str, name: str) -> bool:
    """Whether the method is the simulation's own, or the one of its type."""
    return method == node_id(sim_id, name) if method.NamespaceIndex == SIMULATIONS else True


def _failed(code: int) -> ua.CallMethodResult:
    return ua.CallMethodResult(StatusCode=status_code(code))
