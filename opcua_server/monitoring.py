"""The monitored items of a subscription: tags as arrays, other nodes made on demand by sampling, the rest asyncua's."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace

from opcua_server.alarms.items import EventItems
from opcua_server.columns import Item
from opcua_server.filters import read_filter
from opcua_server.items import TagItems
from opcua_server.layouts import time_bits
from opcua_server.limits import LIMITS
from opcua_server.live import Live
from opcua_server.pieces import turn
from opcua_server.requested import (
    check_mode,
    create_failed,
    modify_failed,
    revised_queue,
    revised_sampling,
    to_interval,
)
from opcua_server.sampled import Sampled, SampledItems
from opcua_server.space import Space
from opcua_server.tags import Block
from opcua_server.values import status_code

if TYPE_CHECKING:
    from opcua_server.subscription import Subscription

_CODES = ua.StatusCodes
_AT_ONCE = 20
"""Items that are made before others get their turn."""


class Items(EventItems):
    """The monitored items of one subscription."""

    def __init__(
        self, subscription: "Subscription", aspace: AddressSpace, space: Space, in_all: Callable[[], int]
    ) -> None:
        super().__init__(subscription, aspace)
        self._space, self._in_all = space, in_all
        self.sampled = SampledItems(aspace)
        self.tags = TagItems(space.table, self.sampled.fired)
        self._targets: dict[int, tuple[Live, int]] = {}

    def count(self) -> int:
        """How many items there are."""
        return len(self.tags) + len(self.sampled) + len(self._monitored_items)

    async def create_monitored_items(self, params: Any) -> list[ua.MonitoredItemCreateResult]:
        """Add items; tags of one request are added together."""
        times = _times(params)
        added: list[tuple[Item, Block]] = []
        results: list[ua.MonitoredItemCreateResult] = []
        room = min(LIMITS.items_per_subscription - self.count(), LIMITS.items - self._in_all())
        for place, wanted in enumerate(params.ItemsToCreate):
            if place >= room:
                results.append(create_failed(_CODES.BadTooManyMonitoredItems))
            else:
                results.append(await self._create(wanted, times, added))
            if place % _AT_ONCE == _AT_ONCE - 1:
                self._add(added)
                async with turn():
                    """Others have theirs."""
                room = min(room, place + 1 + LIMITS.items - self._in_all())
        self._add(added)
        return results

    def _add(self, added: list[tuple[Item, Block]]) -> None:
        """Monitor them before others get their turn: until then no simulation can go."""
        if added:
            self.tags.add(added)
            added.clear()

    async def _create(
        self, wanted: ua.MonitoredItemCreateRequest, times: ua.TimestampsToReturn, added: list[tuple[Item, Block]]
    ) -> ua.MonitoredItemCreateResult:
        target = wanted.ItemToMonitor
        try:
            check_mode(wanted.MonitoringMode)
            found = self._space.find_tag(target.NodeId)
            if found is not None and target.AttributeId == ua.AttributeIds.Value:
                return self._create_tag(wanted, times, found, added)
            if self._space.makes(target.NodeId) and target.AttributeId != ua.AttributeIds.EventNotifier:
                return self._create_sampled(wanted, times)
            self._check_plain(wanted)
        except ServiceError as error:
            return create_failed(error.code)
        created: ua.MonitoredItemCreateResult = (await super().create_monitored_items(_one(wanted)))[0]
        return created

    def _create_tag(
        self, wanted: ua.MonitoredItemCreateRequest, times: ua.TimestampsToReturn, found: tuple[Live, int],
        added: list[tuple[Item, Block]],
    ) -> ua.MonitoredItemCreateResult:  # fmt: skip
        if wanted.ItemToMonitor.IndexRange:
            raise ServiceError(_CODES.BadIndexRangeNoData)
        number = self._next_number()
        item = self._item(number, wanted.RequestedParameters, times, found, wanted.MonitoringMode)
        added.append((item, found[0].block))
        self._targets[number] = found
        return self._created(number, wanted.RequestedParameters)

    def _create_sampled(
        self, wanted: ua.MonitoredItemCreateRequest, times: ua.TimestampsToReturn
    ) -> ua.MonitoredItemCreateResult:
        value = self.aspace.read_attribute_value(wanted.ItemToMonitor.NodeId, wanted.ItemToMonitor.AttributeId)
        if value.StatusCode is not None and value.StatusCode.value in _NO_SUCH:
            raise ServiceError(value.StatusCode.value)
        self._check_plain(wanted)
        parameters, number = wanted.RequestedParameters, self._next_number()
        self.sampled[number] = Sampled(
            wanted.ItemToMonitor, int(parameters.ClientHandle), revised_queue(parameters),
            to_interval(self._sampling(parameters)), wanted.MonitoringMode, times,
        )  # fmt: skip
        return self._created(number, parameters)

    def _check_plain(self, wanted: ua.MonitoredItemCreateRequest) -> None:
        """Nodes that are no tags know no deadband: they have no range."""
        if wanted.ItemToMonitor.AttributeId != ua.AttributeIds.EventNotifier:
            read_filter(wanted.RequestedParameters.Filter, None)

    def _item(
        self, number: int, parameters: ua.MonitoringParameters, times: ua.TimestampsToReturn, found: tuple[Live, int],
        mode: ua.MonitoringMode,
    ) -> Item:  # fmt: skip
        live, index = found
        filtered = read_filter(parameters.Filter, live.template.model.tags[index])
        return Item(
            number, int(parameters.ClientHandle), live.block.first + index, live.template.variants[index],
            time_bits(times), filtered.trigger, filtered.deadband, revised_queue(parameters),
            bool(parameters.DiscardOldest), mode, to_interval(self._sampling(parameters)),
        )  # fmt: skip

    def _next_number(self) -> int:
        self._monitored_item_counter += 1
        return self._monitored_item_counter

    def _sampling(self, parameters: ua.MonitoringParameters) -> float:
        return revised_sampling(parameters, float(self.isub.data.RevisedPublishingInterval))

    def _created(self, number: int, parameters: ua.MonitoringParameters) -> ua.MonitoredItemCreateResult:
        return ua.MonitoredItemCreateResult(
            MonitoredItemId=number, RevisedSamplingInterval=self._sampling(parameters),
            RevisedQueueSize=revised_queue(parameters),
        )  # fmt: skip

    def modify_monitored_items(self, params: Any) -> list[ua.MonitoredItemModifyResult]:
        """Change items; what can't be changed stays as it is."""
        times = _times(params)
        return [self._modify(wanted, times) for wanted in params.ItemsToModify]

    def _modify(
        self, wanted: ua.MonitoredItemModifyRequest, times: ua.TimestampsToReturn
    ) -> ua.MonitoredItemModifyResult:
        number, parameters = wanted.MonitoredItemId, wanted.RequestedParameters
        try:
            if number in self.tags:
                item = self._item(number, parameters, times, self._targets[number], ua.MonitoringMode.Reporting)
                self.tags.modify(number, item)
            elif number in self.sampled:
                self._modify_sampled(self.sampled[number], parameters, times)
            elif number not in self._monitored_items:
                return modify_failed(_CODES.BadMonitoredItemIdInvalid)
            else:
                return self._modify_plain(wanted)
        except ServiceError as error:
            return modify_failed(error.code)
        return ua.MonitoredItemModifyResult(
            RevisedSamplingInterval=self._sampling(parameters), RevisedQueueSize=revised_queue(parameters)
        )

    def _modify_sampled(self, item: Sampled, parameters: ua.MonitoringParameters, times: ua.TimestampsToReturn) -> None:
        read_filter(parameters.Filter, None)
        item.handle, item.queue, item.times = int(parameters.ClientHandle), revised_queue(parameters), times
        item.interval, item.due = to_interval(self._sampling(parameters)), 0

    def _modify_plain(self, wanted: ua.MonitoredItemModifyRequest) -> ua.MonitoredItemModifyResult:
        """An item that asyncua keeps: of an event notifier or of a standard node."""
        held, parameters = self._monitored_items[wanted.MonitoredItemId], wanted.RequestedParameters
        parameters.QueueSize = ua.UInt32(revised_queue(parameters))
        held.client_handle = parameters.ClientHandle
        return super()._modify_monitored_item(wanted)

    async def set_monitoring_mode(self, mode: ua.MonitoringMode, ids: list[int]) -> list[ua.StatusCode]:
        """Switch items."""
        check_mode(mode)
        return await super().set_monitoring_mode(mode, ids)

    async def _set_monitoring_mode(self, mode: ua.MonitoringMode, mid: int) -> ua.StatusCode:
        if mid in self.tags:
            self.tags.set_mode(mid, mode)
        elif mid in self.sampled:
            self.sampled.set_mode(mid, mode)
        else:
            return await super()._set_monitoring_mode(mode, mid)
        return ua.StatusCode()

    def delete_monitored_items(self, ids: list[int]) -> list[ua.StatusCode]:
        """Delete items; tags of one request are deleted together."""
        tags = dict.fromkeys(number for number in ids if number in self.tags)
        self.tags.remove(tags)
        for number in tags:
            del self._targets[number]
        return [ua.StatusCode() if tags.pop(number, 0) is None else self._delete(number) for number in ids]

    def _delete(self, mid: int) -> ua.StatusCode:
        """As asyncua, which looks for an item among all the others."""
        if self.sampled.pop(mid, None) is not None:
            return ua.StatusCode()
        held = self._monitored_items.get(mid)
        if held is None or held.callback_handle is None:
            return self._delete_monitored_items(mid)
        self.aspace.delete_datachange_callback(held.callback_handle)
        del self._monitored_datachange[held.callback_handle], self._monitored_items[mid]
        return ua.StatusCode()

    def delete_all_monitored_items(self) -> None:
        """Stop monitoring everything."""
        self.tags.clear()
        self._targets.clear()
        self.sampled.clear()
        self.delete_monitored_items(list(self._monitored_items))

    def link(self, number: int, added: Sequence[int], removed: Sequence[int]) -> tuple[list[ua.StatusCode], ...]:
        """SetTriggering: whenever item `number` reports, so do the linked ones. Raises ServiceError."""
        if not self._known(number):
            raise ServiceError(_CODES.BadMonitoredItemIdInvalid)
        linked = self.tags.linked(number)
        unlinked = [_code(one in linked) for one in removed]
        results = [_code(one in self.tags or one in self.sampled) for one in added]
        good = [one for one, result in zip(added, results, strict=True) if result.is_good()]
        self.tags.link(number, good, removed)
        return results, unlinked

    def fire(self, number: int) -> None:
        """Item `number` has something to report: so have the items linked to it."""
        self.tags.fire(number)

    def sample(self) -> None:
        """Take every sample that is due by now."""
        self.tags.sample_again()
        for number in self.sampled.sample():
            self.fire(number)

    def resend(self) -> None:
        """Have everything that reports send its present value again."""
        self.tags.resend()
        self.sampled.resend()

    def _known(self, number: int) -> bool:
        return number in self.tags or number in self.sampled or number in self._monitored_items


_NO_SUCH = frozenset({_CODES.BadNodeIdUnknown, _CODES.BadAttributeIdInvalid})


def _times(params: Any) -> ua.TimestampsToReturn:
    try:
        time_bits(params.TimestampsToReturn)
    except KeyError:
        raise ServiceError(_CODES.BadTimestampsToReturnInvalid) from None
    times: ua.TimestampsToReturn = params.TimestampsToReturn
    return times


def _code(known: bool) -> ua.StatusCode:
    return ua.StatusCode() if known else status_code(_CODES.BadMonitoredItemIdInvalid)


def _one(wanted: ua.MonitoredItemCreateRequest) -> ua.CreateMonitoredItemsParameters:
    return ua.CreateMonitoredItemsParameters(ItemsToCreate=[wanted])
