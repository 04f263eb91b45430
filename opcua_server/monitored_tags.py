"""The tags that a subscription monitors: what clients ask of them, turned into rows of arrays."""

from collections.abc import Sequence

from asyncua import ua

from opcua_server.columns import Item
from opcua_server.filters import read_filter
from opcua_server.items import TagItems
from opcua_server.layouts import time_bits
from opcua_server.live import Live
from opcua_server.requested import check_whole, revised_queue, revised_sampling, to_interval
from opcua_server.space import Space
from opcua_server.tags import Block

Target = tuple[Live, int]
"""A simulation and the place of the tag in its model."""


class MonitoredTags(TagItems):
    """Tag items by number, made of requests."""

    def __init__(self, space: Space, fired: set[int]) -> None:
        super().__init__(space.table, fired)
        self._lives: dict[int, Live] = {}
        self._indices: dict[int, int] = {}
        self._new: list[tuple[Item, Block]] = []

    def create(
        self, number: int, wanted: ua.MonitoredItemCreateRequest, times: ua.TimestampsToReturn, target: Target,
        publishing: float,
    ) -> ua.MonitoredItemCreateResult:  # fmt: skip
        """Monitor one more from the next `begin` on. Raises ServiceError."""
        check_whole(wanted.ItemToMonitor, ua.AttributeIds.Value)
        parameters = wanted.RequestedParameters
        item = _item(number, parameters, times, target, wanted.MonitoringMode, publishing)
        self._new.append((item, target[0].block))
        self._lives[number], self._indices[number] = target
        return ua.MonitoredItemCreateResult(
            MonitoredItemId=ua.IntegerId(number), RevisedSamplingInterval=revised_sampling(parameters, publishing),
            RevisedQueueSize=ua.Counter(item.queue),
        )  # fmt: skip

    def begin(self) -> None:
        """Monitor what was created, before others get their turn: until then no simulation can go."""
        if self._new:
            self.add(self._new)
            self._new = []

    def change(
        self, number: int, parameters: ua.MonitoringParameters, times: ua.TimestampsToReturn, publishing: float
    ) -> ua.MonitoredItemModifyResult:
        """Give an item other parameters. Raises ServiceError."""
        target = self._lives[number], self._indices[number]
        item = _item(number, parameters, times, target, ua.MonitoringMode.Reporting, publishing)
        self.modify(number, item)
        return ua.MonitoredItemModifyResult(
            RevisedSamplingInterval=revised_sampling(parameters, publishing), RevisedQueueSize=ua.Counter(item.queue)
        )

    def delete(self, numbers: Sequence[int]) -> set[int]:
        """Stop monitoring those of the numbers that are tags: they are answered."""
        tags = {number for number in numbers if number in self}
        if tags:
            self.remove(tags)
        for number in tags:
            del self._lives[number], self._indices[number]
        return tags

    def clear(self) -> None:
        """Stop monitoring everything."""
        super().clear()
        self._lives.clear()
        self._indices.clear()


def _item(
    number: int, parameters: ua.MonitoringParameters, times: ua.TimestampsToReturn, target: Target,
    mode: ua.MonitoringMode, publishing: float,
) -> Item:  # fmt: skip
    live, index = target
    filtered = read_filter(parameters.Filter, live.template.model.tags[index])
    return Item(
        number, int(parameters.ClientHandle), live.block.first + index, live.template.variants[index],
        time_bits(times), filtered.trigger, filtered.deadband, revised_queue(parameters),
        bool(parameters.DiscardOldest), mode, to_interval(revised_sampling(parameters, publishing)),
    )  # fmt: skip
