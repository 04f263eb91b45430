"""The nodes without rows in the value table that a subscription monitors: what clients ask of them."""

from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.filters import Filter, read_filter
from opcua_server.limits import LIMITS
from opcua_server.requested import check_whole, revised_queue, revised_sampling, to_interval
from opcua_server.sampled import Sampled, SampledItems
from opcua_server.sources import Sources
from opcua_server.viewer import Viewer

_NO_SUCH = frozenset({ua.StatusCodes.BadNodeIdUnknown, ua.StatusCodes.BadAttributeIdInvalid})


class MonitoredNodes(SampledItems):
    """Sampled items by number, made of requests."""

    def __init__(self, sources: Sources, viewer: Viewer, fired: set[int] | None = None) -> None:
        super().__init__(sources, fired)
        self._sources, self._viewer = sources, viewer

    def create(
        self, number: int, wanted: ua.MonitoredItemCreateRequest, times: ua.TimestampsToReturn, publishing: float
    ) -> ua.MonitoredItemCreateResult:
        """Monitor one more. Raises ServiceError."""
        target, parameters = wanted.ItemToMonitor, wanted.RequestedParameters
        source = self._sources.find(target.NodeId, target.AttributeId, self._viewer)
        if source.status in _NO_SUCH:
            raise ServiceError(source.status)
        check_whole(target, target.AttributeId)
        interval, queue = self._interval(parameters, publishing), _queue(parameters)
        self.add(number, Sampled(
            source, int(parameters.ClientHandle), queue, bool(parameters.DiscardOldest), to_interval(interval),
            _filter(parameters).trigger, wanted.MonitoringMode, times,
        ))  # fmt: skip
        return ua.MonitoredItemCreateResult(
            MonitoredItemId=ua.IntegerId(number), RevisedSamplingInterval=interval, RevisedQueueSize=ua.Counter(queue)
        )

    def change(
        self, number: int, parameters: ua.MonitoringParameters, times: ua.TimestampsToReturn, publishing: float
    ) -> ua.MonitoredItemModifyResult:
        """Give an item other parameters. Raises ServiceError."""
        item, trigger = self[number], _filter(parameters).trigger
        interval, queue = self._interval(parameters, publishing), _queue(parameters)
        item.handle, item.queue, item.times = int(parameters.ClientHandle), queue, times
        item.oldest, item.interval = bool(parameters.DiscardOldest), to_interval(interval)
        if trigger != item.trigger:
            item.trigger, item.seen = trigger, item.source.changes[trigger]
        self.modified(number)
        return ua.MonitoredItemModifyResult(RevisedSamplingInterval=interval, RevisedQueueSize=ua.Counter(queue))

    def handles(self) -> dict[int, int]:
        """The clients' handles of the items, by number."""
        return {number: item.handle for number, item in self._items.items()}

    def _interval(self, parameters: ua.MonitoringParameters, publishing: float) -> float:
        """Milliseconds; no shorter than the publishing interval, and a crowd is looked at less often."""
        crowd = LIMITS.shortest_publishing_ms * self._sources.items / LIMITS.fast_looks
        return max(revised_sampling(parameters, publishing), publishing, crowd)


def _queue(parameters: ua.MonitoringParameters) -> int:
    return min(revised_queue(parameters), LIMITS.node_queue)


def _filter(parameters: ua.MonitoringParameters) -> Filter:
    """Nodes that are no tags know no deadband: they have no range."""
    return read_filter(parameters.Filter, None)
