"""The Write service: every value passes the gate on its own; the good ones of one simulation become one action."""

import asyncio
import time
from typing import Any

import numpy as np
from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace

from connections.audit import REFUSED
from connections.bus import Bus
from connections.redis_keys import EVENTS
from connections.simulations import WRITE, finite_or_none, told_by
from connections.taken import Behind
from connections.trail import Trail
from opcua_server.array_writes import ArrayWriter
from opcua_server.door import DOOR, PATIENCE
from opcua_server.drafts import Checked, Draft
from opcua_server.error_codes import status_of
from opcua_server.index_ranges import refused_range
from opcua_server.live import Live
from opcua_server.names import node_id
from opcua_server.space import Space
from opcua_server.values import status_code
from opcua_server.written import written_number
from plant.access import Who, check_write
from plant.errors import PlantError, Unavailable
from plant.ownership import require_change

_CODES = ua.StatusCodes
_TYPES = ua.VariantType


class Writer:
    """Answers Write requests."""

    def __init__(self, aspace: AddressSpace, space: Space, bus: Bus, trail: Trail | None = None) -> None:
        self._aspace, self._space, self._bus, self._trail = aspace, space, bus, trail or Trail()
        self.arrays = ArrayWriter(space, bus, self._trail, self._tell_refused_tag, self.write)

    async def write(self, params: ua.WriteParameters, user: Who, who: str) -> list[ua.StatusCode]:
        """A status code for each value; Good only after the action is recorded durably."""
        request, numbers = await self._record(params, user, who)
        for write, why in request.refused:
            self._tell_refused(user, write.NodeId, write.Value, why)
        if numbers is None:
            for place in (place for draft in request.accepted for place in draft.places):
                request.codes[place] = _CODES.BadCommunicationError
        else:
            for draft, number in zip(request.accepted, numbers, strict=True):
                index = draft.live.template.model.index
                old = {name: finite_or_none(draft.before[index(name)]) for name in draft.accepted}
                self._tell(user, draft.live, old, draft.accepted)
                self._echo(draft, number)
        return [status_code(code) for code in request.codes]

    async def _record(self, params: ua.WriteParameters, user: Who, who: str) -> tuple[Checked, list[int] | None]:
        """Check the values and append what is good; the numbers are None when Redis does not answer.

        They are checked again as often as something had happened to simulations that was not known yet.
        """
        request = self._checked(params, user)
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    try:
                        return request, await self._append(request, who)
                    except Behind as behind:
                        await self._bus.taken.until(EVENTS, behind.position)
                        request = self._checked(params, user)
        except (Unavailable, TimeoutError):
            return request, None

    def _checked(self, params: ua.WriteParameters, user: Who) -> Checked:
        request = Checked([_CODES.Good] * len(params.NodesToWrite))
        for place, write in enumerate(params.NodesToWrite):
            try:
                self._draft(request.drafts, place, write, user)
            except PlantError as error:
                request.codes[place] = status_of(error)
                request.refused.append((write, str(error)))
            except ServiceError as error:
                request.codes[place] = error.code
                request.refused.append((write, status_code(error.code).name))
        return request

    def _draft(self, drafts: dict[str, Draft], place: int, write: ua.WriteValue, user: Who) -> None:
        live, index = self._tag(write)
        model, sim_id = live.template.model, live.record.sim_id
        draft = drafts.setdefault(sim_id, Draft(live, present := self._present(live), list(present)))
        tag = model.tags[index]
        value = written_number(write.Value, live.template.variants[index]) if tag.writable else 0.0
        if tag.writable:
            require_change(user, live.record)
        checked = check_write(sim_id, model, live.state, user, tag.name, value, draft.values)
        draft.accepted[tag.name] = draft.values[index] = checked
        draft.places.append(place)

    def _tag(self, write: ua.WriteValue) -> tuple[Live, int]:
        found = self._space.find_tag(write.NodeId)
        if found is None or write.AttributeId != ua.AttributeIds.Value:
            raise ServiceError(_refusal(self._aspace.read_attribute_value(write.NodeId, write.AttributeId)))
        if (refusal := refused_range(write.IndexRange)) is not None:
            raise ServiceError(refusal)
        return found

    def _present(self, live: Live) -> list[float]:
        values: list[float] = self._space.table.value[live.block.rows].tolist()
        return values

    async def _append(self, request: Checked, who: str) -> list[int]:
        """Record one action for each simulation; their numbers."""
        values = [(draft.live.record.sim_id, draft.accepted) for draft in request.accepted]
        return await self._bus.append_values(who, DOOR, time.time_ns(), values)

    def _tell(self, user: Who, live: Live, old: dict[str, float | None], new: dict[str, float]) -> None:
        """Have the audit hear of what was written."""
        frame, present = live.block.frame, time.time_ns()
        at = None if frame is None else frame.sim_time
        facts = {"sim_id": live.record.sim_id, "old": old, "new": new, "simulation_time": at}
        self._trail.tell(told_by(WRITE, user, DOOR, at=present, **facts))

    def _tell_refused_tag(self, user: Who, live: Live, tag: str, value: float, code: int) -> None:
        self._tell_refused(user, node_id(live.record.sim_id, tag), value, status_code(code).name)

    def _tell_refused(self, user: Who, node: ua.NodeId, value: Any, why: str) -> None:
        found = self._space.find(node)
        sim_id, name = ("", str(node)) if found is None else (found[0].record.sim_id, found[1])
        held = value.Value.Value if isinstance(value, ua.DataValue) and value.Value is not None else value
        new = {name: held if isinstance(held, float | int) else str(held)[:200]}
        self._trail.tell(told_by(WRITE, user, DOOR, sim_id=sim_id or None, new=new, outcome=REFUSED, detail=why))

    def _echo(self, draft: Draft, number: int) -> None:
        if self._here(draft.live):
            block = draft.live.block
            rows = np.array([block.first + block.model.index(name) for name in draft.accepted], np.intp)
            self._space.table.echo([block], rows, list(draft.accepted.values()), number)

    def _here(self, live: Live) -> bool:
        return self._space.simulations.get(live.record.sim_id) is live


_UNKNOWN = frozenset({_CODES.BadNodeIdUnknown, _CODES.BadAttributeIdInvalid})


def _refusal(held: ua.DataValue) -> int:
    """Why nobody writes what can be read so."""
    code = 0 if held.StatusCode is None else int(held.StatusCode.value)
    return code if code in _UNKNOWN else int(_CODES.BadNotWritable)
