"""The monitored items of a subscription: tags as arrays, other nodes looked at when due, events as they come."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace

from opcua_server.alarms.items import EventItems
from opcua_server.alarms.types import EventTypes
from opcua_server.layouts import time_bits
from opcua_server.limits import LIMITS
from opcua_server.monitored_nodes import MonitoredNodes
from opcua_server.monitored_tags import MonitoredTags
from opcua_server.pieces import in_pieces, turn
from opcua_server.requested import check_mode, create_failed, modify_failed
from opcua_server.sources import Sources
from opcua_server.space import Space
from opcua_server.values import status_code
from opcua_server.viewer import Viewer

if TYPE_CHECKING:
    from opcua_server.subscription import Subscription

_CODES = ua.StatusCodes
_AT_ONCE = 50
"""Items that are made before others get their turn."""
_DELETED_AT_ONCE = 1_000


class Items(EventItems):
    """The monitored items of one subscription."""

    def __init__(
        self, subscription: "Subscription", aspace: AddressSpace, types: EventTypes, space: Space, sources: Sources,
        room: Callable[[int], int],
    ) -> None:  # fmt: skip
        super().__init__(subscription, aspace, types)
        self._space, self._room = space, room
        self.viewer = Viewer(space)
        self.nodes = MonitoredNodes(sources, self.viewer, self.fired)
        self.tags = MonitoredTags(space, self.fired, self.viewer)
        self._ended = False

    def count(self) -> int:
        """How many items there are."""
        return len(self.tags) + len(self.nodes) + len(self._monitored_items)

    def handles(self) -> dict[int, int]:
        """The clients' handles of all items, by number."""
        events = {number: int(held.client_handle or 0) for number, held in self._monitored_items.items()}
        return self.tags.handles() | self.nodes.handles() | events

    async def create_monitored_items(self, params: Any) -> list[ua.MonitoredItemCreateResult]:
        """Add items. Raises ServiceError when the subscription ends meanwhile."""
        times = _times(params)
        results: list[ua.MonitoredItemCreateResult] = []
        wanted = params.ItemsToCreate
        for start in range(0, len(wanted), _AT_ONCE):
            results += self._create_some(wanted[start : start + _AT_ONCE], times)
            if start + _AT_ONCE < len(wanted):
                async with turn():
                    """Others have theirs."""
                if self._ended:
                    raise ServiceError(_CODES.BadSubscriptionIdInvalid)
        return results

    def _create_some(
        self, wanted: Sequence[ua.MonitoredItemCreateRequest], times: ua.TimestampsToReturn
    ) -> list[ua.MonitoredItemCreateResult]:
        room = self._room(max(0, min(LIMITS.items_per_subscription - self.count(), len(wanted))))
        made = [self._create(one, times) for one in wanted[:room]]
        self.tags.begin()
        return made + [create_failed(_CODES.BadTooManyMonitoredItems) for _ in wanted[room:]]

    def _create(
        self, wanted: ua.MonitoredItemCreateRequest, times: ua.TimestampsToReturn
    ) -> ua.MonitoredItemCreateResult:
        target = wanted.ItemToMonitor
        try:
            check_mode(wanted.MonitoringMode)
            found = self._space.find_tag(target.NodeId)
            if found is not None and target.AttributeId == ua.AttributeIds.Value:
                return self.tags.create(self._next_number(), wanted, times, found, self._publishing)
            if target.AttributeId != ua.AttributeIds.EventNotifier:
                return self.nodes.create(self._next_number(), wanted, times, self._publishing)
        except ServiceError as error:
            return create_failed(error.code)
        if len(self._wanted) >= LIMITS.event_items_per_subscription:
            return create_failed(_CODES.BadTooManyMonitoredItems)
        return self._create_events_monitored_item(wanted)

    @property
    def _publishing(self) -> float:
        return float(self.isub.data.RevisedPublishingInterval)

    def _next_number(self) -> int:
        self._monitored_item_counter += 1
        return self._monitored_item_counter

    async def change(self, params: Any) -> list[ua.MonitoredItemModifyResult]:
        """Change items; what can't be changed stays as it is. Raises ServiceError."""
        times = _times(params)
        return await in_pieces(
            params.ItemsToModify, lambda piece: [self._change(wanted, times) for wanted in piece], _AT_ONCE
        )

    def _change(
        self, wanted: ua.MonitoredItemModifyRequest, times: ua.TimestampsToReturn
    ) -> ua.MonitoredItemModifyResult:
        number, parameters = wanted.MonitoredItemId, wanted.RequestedParameters
        try:
            if number in self.tags:
                return self.tags.change(number, parameters, times, self._publishing)
            if number in self.nodes:
                return self.nodes.change(number, parameters, times, self._publishing)
        except ServiceError as error:
            return modify_failed(error.code)
        if number in self._monitored_items:
            return self._modify_monitored_item(wanted)
        return modify_failed(_CODES.BadMonitoredItemIdInvalid)

    async def set_monitoring_mode(self, mode: ua.MonitoringMode, ids: list[int]) -> list[ua.StatusCode]:
        """Switch items. Raises ServiceError."""
        check_mode(mode)
        return await in_pieces(ids, lambda piece: self._switch(mode, piece), _DELETED_AT_ONCE)

    def _switch(self, mode: ua.MonitoringMode, ids: Sequence[int]) -> list[ua.StatusCode]:
        self.tags.set_modes([number for number in ids if number in self.tags], mode)
        for number in ids:
            if number in self.nodes:
                self.nodes.set_mode(number, mode)
            elif number in self._monitored_items:
                self.set_event_mode(number, mode)
        return [_code(self._known(number)) for number in ids]

    async def remove(self, ids: Sequence[int]) -> list[ua.StatusCode]:
        """Delete items; tags of one request are deleted together."""
        return await in_pieces(ids, self.delete_monitored_items, _DELETED_AT_ONCE)

    def delete_monitored_items(self, ids: Sequence[int]) -> list[ua.StatusCode]:
        """Delete items at once."""
        left = self.tags.delete(ids)
        results = []
        for number in ids:
            gone = number in left or self.nodes.discard(number)
            left.discard(number)
            results.append(ua.StatusCode() if gone else self._delete_monitored_items(number))
        self.tags.unlink(ids)
        return results

    def delete_all_monitored_items(self) -> None:
        """Stop monitoring everything, for ever."""
        self._ended = True
        self.tags.clear()
        self.nodes.clear()
        self.delete_monitored_items(list(self._monitored_items))

    def link(self, number: int, added: Sequence[int], removed: Sequence[int]) -> tuple[list[ua.StatusCode], ...]:
        """SetTriggering: whenever item `number` reports, so do the linked ones. Raises ServiceError."""
        if not self._known(number):
            raise ServiceError(_CODES.BadMonitoredItemIdInvalid)
        linked = self.tags.linked(number)
        unlinked = [_code(one in linked) for one in removed]
        results = [_code(self._known(one)) for one in added]
        good = [one for one, result in zip(added, results, strict=True) if result.is_good()]
        self.tags.link(number, good, removed)
        return results, unlinked

    def fire(self, number: int) -> None:
        """Item `number` has something to report: so have the items linked to it."""
        self.tags.fire(number)

    def sample(self) -> bool:
        """Take the samples that are due by now, for a while; whether that was all."""
        self.tags.sample_again()
        changed, more = self.nodes.sample()
        for number in changed:
            self.fire(number)
        return not more

    def resend(self) -> None:
        """Have everything that reports send its present value again."""
        self.tags.resend()
        self.nodes.resend()

    def _known(self, number: int) -> bool:
        return number in self.tags or number in self.nodes or number in self._monitored_items


def _times(params: Any) -> ua.TimestampsToReturn:
    try:
        time_bits(params.TimestampsToReturn)
    except KeyError:
        raise ServiceError(_CODES.BadTimestampsToReturnInvalid) from None
    times: ua.TimestampsToReturn = params.TimestampsToReturn
    return times


def _code(known: bool) -> ua.StatusCode:
    return ua.StatusCode() if known else status_code(_CODES.BadMonitoredItemIdInvalid)
