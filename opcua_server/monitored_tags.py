"""The tags that a subscription monitors: what clients ask of them, turned into rows of arrays."""

from collections.abc import Iterable, Sequence

import numpy as np
from asyncua import ua

from opcua_server.columns import Item
from opcua_server.filters import read_filter
from opcua_server.items import TagItems
from opcua_server.layouts import time_bits
from opcua_server.live import Live
from opcua_server.names import node_id
from opcua_server.requested import check_whole, revised_queue, revised_sampling, to_interval
from opcua_server.space import Space
from opcua_server.tags import Block
from opcua_server.viewer import Viewer

Target = tuple[Live, int]
"""A simulation and the place of the tag in its model."""


class MonitoredTags(TagItems):
    """Tag items by number, made of requests."""

    def __init__(self, space: Space, fired: set[int], viewer: Viewer) -> None:
        super().__init__(space.table, fired)
        self._space, self._viewer = space, viewer
        self._lives: dict[int, Live] = {}
        self._hidden: set[Live] = set()
        """Simulations that were there for the viewer, and are hidden from him now."""
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

    def handles(self) -> dict[int, int]:
        """The clients' handles of the items, by number."""
        held = self._columns.handle.tolist()
        return {number: held[place] for number, place in self._places.items()}

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
        for held in (self._lives, self._indices, self._hidden):
            held.clear()

    def look_anew(self) -> None:
        """Somebody else looks: what is hidden from him reports BadNodeIdUnknown, what no longer is its values."""
        if self._space.private or self._hidden:
            self.share(set(self._lives.values()))

    def share(self, lives: Iterable[Live]) -> None:
        """The same, of simulations that are shared with others than before."""
        for live in lives:
            hidden = live in self._hidden
            if (hidden or live.block in self._blocks) and self._viewer.sees(node_id(live.record.sim_id)) == hidden:
                (self._show if hidden else self._hide)(live)

    def _hide(self, live: Live) -> None:
        self._hidden.add(live)
        self.lose(live.block)

    def _show(self, live: Live) -> None:
        self._hidden.discard(live)
        numbers = [number for number, one in self._lives.items() if one is live]
        if not numbers or self._space.simulations.get(live.record.sim_id) is not live:
            return
        places = np.array([self._places[number] for number in numbers], np.intp)
        self._columns.row[places] = live.block.first + np.array([self._indices[number] for number in numbers], np.intp)
        self._columns.due[places] = 0
        self._blocks.add(live.block, places.tolist())
        self._look(places)


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
