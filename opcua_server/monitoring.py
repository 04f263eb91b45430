"""The monitored items of a subscription: tags as arrays, other nodes made on demand by sampling, the rest asyncua's."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace
from asyncua.server.monitored_item_service import MonitoredItemService

from opcua_server.encoding import time_bits
from opcua_server.filters import Filter, read_filter
from opcua_server.items import Item, TagItems
from opcua_server.limits import LIMITS
from opcua_server.live import Live
from opcua_server.space import Space
from opcua_server.tags import Block
from opcua_server.values import status_code

if TYPE_CHECKING:
    from opcua_server.subscriptions import Subscription

_CODES = ua.StatusCodes
_AT_ONCE = 200
"""Items that are made before others get their turn."""


@dataclass(slots=True)
class _Sampled:
    """A node without rows in the table: its attribute is read at every publishing interval."""

    wanted: ua.ReadValueId
    handle: int
    queue: int
    mode: ua.MonitoringMode
    last: ua.DataValue | None = None


class Items(MonitoredItemService):
    """The monitored items of one subscription."""

    def __init__(
        self, subscription: "Subscription", aspace: AddressSpace, space: Space, in_all: Callable[[], int]
    ) -> None:
        super().__init__(subscription, aspace)
        self._space, self._in_all = space, in_all
        self.tags = TagItems(space.table)
        self._targets: dict[int, tuple[Live, int]] = {}
        self._sampled: dict[int, _Sampled] = {}

    def count(self) -> int:
        """How many items there are."""
        return len(self.tags) + len(self._sampled) + len(self._monitored_items)

    async def create_monitored_items(self, params: Any) -> list[ua.MonitoredItemCreateResult]:
        """Add items; tags of one request are added together."""
        try:
            times = time_bits(params.TimestampsToReturn)
        except KeyError:
            raise ServiceError(_CODES.BadTimestampsToReturnInvalid) from None
        added: list[tuple[Item, Block]] = []
        results: list[ua.MonitoredItemCreateResult] = []
        room = min(LIMITS.items_per_subscription - self.count(), LIMITS.items - self._in_all())
        for place, wanted in enumerate(params.ItemsToCreate):
            if place % _AT_ONCE == 0:
                await asyncio.sleep(0)
            if place >= room:
                results.append(_create_failed(_CODES.BadTooManyMonitoredItems))
            else:
                results.append(await self._create(wanted, times, added))
        if added:
            self.tags.add(added)
        return results

    async def _create(
        self, wanted: ua.MonitoredItemCreateRequest, times: int, added: list[tuple[Item, Block]]
    ) -> ua.MonitoredItemCreateResult:
        target = wanted.ItemToMonitor
        found = self._space.find_tag(target.NodeId)
        try:
            if found is not None and target.AttributeId == ua.AttributeIds.Value:
                return self._create_tag(wanted, times, found, added)
            if self._space.find(target.NodeId) is not None and target.AttributeId != ua.AttributeIds.EventNotifier:
                return self._create_sampled(wanted)
            self._check_plain(wanted)
        except ServiceError as error:
            return _create_failed(error.code)
        created: ua.MonitoredItemCreateResult = (await super().create_monitored_items(_one(wanted)))[0]
        return created

    def _create_tag(
        self, wanted: ua.MonitoredItemCreateRequest, times: int, found: tuple[Live, int],
        added: list[tuple[Item, Block]],
    ) -> ua.MonitoredItemCreateResult:  # fmt: skip
        live, index = found
        if wanted.ItemToMonitor.IndexRange:
            raise ServiceError(_CODES.BadIndexRangeNoData)
        parameters = wanted.RequestedParameters
        filtered = read_filter(parameters.Filter, live.template.model.tags[index])
        number = self._next_number()
        item = Item(
            number, int(parameters.ClientHandle), live.block.first + index, live.template.variants[index], times,
            filtered.trigger, filtered.deadband, _queue(parameters), bool(parameters.DiscardOldest),
            wanted.MonitoringMode,
        )  # fmt: skip
        added.append((item, live.block))
        self._targets[number] = found
        return self._created(number, parameters)

    def _create_sampled(self, wanted: ua.MonitoredItemCreateRequest) -> ua.MonitoredItemCreateResult:
        value = self.aspace.read_attribute_value(wanted.ItemToMonitor.NodeId, wanted.ItemToMonitor.AttributeId)
        if value.StatusCode is not None and value.StatusCode.value in _NO_SUCH:
            raise ServiceError(value.StatusCode.value)
        self._check_plain(wanted)
        parameters, number = wanted.RequestedParameters, self._next_number()
        self._sampled[number] = _Sampled(
            wanted.ItemToMonitor, int(parameters.ClientHandle), _queue(parameters), wanted.MonitoringMode
        )
        return self._created(number, parameters)

    def _check_plain(self, wanted: ua.MonitoredItemCreateRequest) -> None:
        """Nodes that are no tags know no deadband: they have no range."""
        if wanted.ItemToMonitor.AttributeId != ua.AttributeIds.EventNotifier:
            read_filter(wanted.RequestedParameters.Filter, None)

    def _next_number(self) -> int:
        self._monitored_item_counter += 1
        return self._monitored_item_counter

    def _created(self, number: int, parameters: ua.MonitoringParameters) -> ua.MonitoredItemCreateResult:
        return ua.MonitoredItemCreateResult(
            MonitoredItemId=number, RevisedSamplingInterval=self._sampling(parameters),
            RevisedQueueSize=_queue(parameters),
        )  # fmt: skip

    def _sampling(self, parameters: ua.MonitoringParameters) -> float:
        """Tags are sampled whenever their simulation moves; what the client asked for is what it gets told."""
        wish = float(parameters.SamplingInterval)
        return wish if wish >= 0 else float(self.isub.data.RevisedPublishingInterval)

    def _modify_monitored_item(self, params: ua.MonitoredItemModifyRequest) -> ua.MonitoredItemModifyResult:
        number, parameters = params.MonitoredItemId, params.RequestedParameters
        result = ua.MonitoredItemModifyResult()
        result.RevisedSamplingInterval, result.RevisedQueueSize = self._sampling(parameters), _queue(parameters)
        if number in self.tags:
            live, index = self._targets[number]
            try:
                filtered = read_filter(parameters.Filter, live.template.model.tags[index])
            except ServiceError as error:
                return ua.MonitoredItemModifyResult(StatusCode=status_code(error.code))
            self._modify_tag(number, parameters, filtered)
        elif number in self._sampled:
            self._sampled[number].handle, self._sampled[number].queue = int(parameters.ClientHandle), _queue(parameters)
        elif number in self._monitored_items:
            parameters.QueueSize = ua.UInt32(_queue(parameters))
            return super()._modify_monitored_item(params)
        else:
            result.StatusCode = status_code(_CODES.BadMonitoredItemIdInvalid)
        return result

    def _modify_tag(self, number: int, parameters: ua.MonitoringParameters, filtered: Filter) -> None:
        item = Item(
            number, int(parameters.ClientHandle), 0, 0, self.tags.times(number), filtered.trigger, filtered.deadband,
            _queue(parameters), bool(parameters.DiscardOldest), ua.MonitoringMode.Reporting,
        )  # fmt: skip
        self.tags.modify(number, item)

    async def _set_monitoring_mode(self, mode: ua.MonitoringMode, mid: int) -> ua.StatusCode:
        if mid in self.tags:
            self.tags.set_mode(mid, mode)
        elif mid in self._sampled:
            self._sampled[mid].mode, self._sampled[mid].last = mode, None
        else:
            return await super()._set_monitoring_mode(mode, mid)
        return ua.StatusCode()

    def _delete_monitored_items(self, mid: int) -> ua.StatusCode:
        if mid in self.tags:
            self.tags.remove(mid)
            del self._targets[mid]
        elif mid in self._sampled:
            del self._sampled[mid]
        else:
            return self._delete_plain(mid)
        return ua.StatusCode()

    def _delete_plain(self, mid: int) -> ua.StatusCode:
        """As asyncua, which looks for the item among all the others."""
        held = self._monitored_items.get(mid)
        if held is None or held.callback_handle is None:
            return super()._delete_monitored_items(mid)
        self.aspace.delete_datachange_callback(held.callback_handle)
        del self._monitored_datachange[held.callback_handle], self._monitored_items[mid]
        return ua.StatusCode()

    def delete_all_monitored_items(self) -> None:
        """Stop monitoring everything."""
        self.tags.clear()
        self._targets.clear()
        self._sampled.clear()
        self.delete_monitored_items(list(self._monitored_items))

    def sample(self, queue: dict[int, list[ua.MonitoredItemNotification]]) -> None:
        """Read what is sampled and queue what has changed."""
        for number, item in self._sampled.items():
            if item.mode == ua.MonitoringMode.Disabled:
                continue
            value = self.aspace.read_attribute_value(item.wanted.NodeId, item.wanted.AttributeId)
            last, item.last = item.last, value
            if last is None or last.Value != value.Value or last.StatusCode != value.StatusCode:
                waiting = queue.setdefault(number, [])
                waiting.append(ua.MonitoredItemNotification(ua.UInt32(item.handle), value))
                del waiting[: -item.queue]


_NO_SUCH = frozenset({_CODES.BadNodeIdUnknown, _CODES.BadAttributeIdInvalid})


def _queue(parameters: ua.MonitoringParameters) -> int:
    return min(max(int(parameters.QueueSize), 1), LIMITS.queue)


def _one(wanted: ua.MonitoredItemCreateRequest) -> ua.CreateMonitoredItemsParameters:
    return ua.CreateMonitoredItemsParameters(ItemsToCreate=[wanted])


def _create_failed(code: int) -> ua.MonitoredItemCreateResult:
    return ua.MonitoredItemCreateResult(StatusCode=status_code(code))
