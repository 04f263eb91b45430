"""Methods: those of a simulation move its life, those of the engine start and stop simulations."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace

from connections.audit import DONE, REFUSED
from connections.log import logger
from connections.record import Record
from connections.simulations import Simulations, told_by
from opcua_server.alarms.audit import order_facts
from opcua_server.alarms.methods import AlarmMethods
from opcua_server.arguments import InvalidArguments, check_arguments
from opcua_server.door import DOOR, PATIENCE
from opcua_server.engine_methods import STOP_ALL, start, stop_all
from opcua_server.error_codes import STATUS
from opcua_server.fault_methods import FAULTS, change_faults
from opcua_server.life_methods import LIFE, move
from opcua_server.live import Live
from opcua_server.names import ENGINE_NODE, SIMULATIONS, node_id
from opcua_server.server_methods import Caller as Calling
from opcua_server.server_methods import call_server, concerns_server
from opcua_server.snapshot_methods import SNAPSHOTS, change_state
from opcua_server.space import Space
from opcua_server.values import status_code
from plant.access import Caller, Right, Who, may
from plant.errors import (
    DamagedSnapshot,
    Duplicate,
    InvalidRequest,
    InvalidValue,
    NoCapacity,
    PlantError,
    UnknownName,
    WrongType,
)

_CODES = ua.StatusCodes
_STATUS: Mapping[type[PlantError], int] = {
    **STATUS,
    UnknownName: _CODES.BadNotFound,
    InvalidRequest: _CODES.BadInvalidArgument,
    WrongType: _CODES.BadInvalidArgument,
    InvalidValue: _CODES.BadInvalidArgument,
    NoCapacity: _CODES.BadResourceUnavailable,
    Duplicate: _CODES.BadEntryExists,
    DamagedSnapshot: _CODES.BadInvalidState,
}
_log = logger(__name__)


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
        if concerns_server(request):
            return call_server(request, caller)
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
        facts = order_facts(found[1], request.InputArguments or ())
        told = told_by(str(name), who, DOOR, sim_id=found[0].record.sim_id, new=facts, outcome=outcome)
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
            outputs = await self._call_engine(name, arguments, who)
            return _done(arguments, outputs)
        found = self._space.find(request.ObjectId)
        if found is None:
            return await self._call_standard(request, who)
        live, path = found
        known = name in LIFE or name in FAULTS or name in SNAPSHOTS
        if path or not known or not _belongs(request.MethodId, live.record.sim_id, name):
            raise ServiceError(_CODES.BadMethodInvalid)
        return _done(arguments, await self._call_simulation(live, name, arguments, who))

    async def _call_simulation(
        self, live: Live, name: str, arguments: Sequence[ua.Variant], who: Who
    ) -> list[ua.Variant]:
        if name in FAULTS:
            return await change_faults(self._simulations, live, name, arguments, who)
        if name in SNAPSHOTS:
            await change_state(self._simulations, live.record, name, arguments, who)
        else:
            await self._show(await move(self._simulations, live.record.sim_id, name, arguments, who))
        return []

    async def _call_engine(self, name: str, arguments: Sequence[ua.Variant], who: Who) -> list[ua.Variant]:
        if name != STOP_ALL:
            return await start(self._simulations, arguments, who, self._show)
        check_arguments(arguments, ())
        records = [live.record for live in self._space.simulations.values()]
        await stop_all(self._simulations, records, who, self._show)
        return []

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


def _done(arguments: Sequence[ua.Variant], outputs: list[ua.Variant]) -> ua.CallMethodResult:
    return ua.CallMethodResult(InputArgumentResults=[ua.StatusCode() for _ in arguments], OutputArguments=outputs)


def _method_name(node: Any) -> str:
    if node is None:
        raise ServiceError(_CODES.BadMethodInvalid)
    return str(node.attributes[ua.AttributeIds.BrowseName].value.Value.Value.Name)


def _belongs(method: ua.NodeId, sim_id: str, name: str) -> bool:
    """Whether the method is the simulation's own, or the one of its type."""
    return method == node_id(sim_id, name) if method.NamespaceIndex == SIMULATIONS else True


def _failed(code: int) -> ua.CallMethodResult:
    return ua.CallMethodResult(StatusCode=status_code(code))
