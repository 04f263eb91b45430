"""Monitored items of event notifiers: their filters, their queues, and what a full queue says."""

from collections.abc import Callable, Sequence
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.monitored_item_service import MonitoredItemService

from opcua_server.alarms.filters import FilterInvalid, Wanted, read_event_filter
from opcua_server.alarms.occurrence import Occurrence, server_event
from opcua_server.alarms.types import EventTypes
from opcua_server.limits import LIMITS
from opcua_server.requested import check_whole
from opcua_server.values import status_code

_CODES = ua.StatusCodes
_SUBSCRIBE = 1
_OVERFLOW_SEVERITY = 500


class EventItems(MonitoredItemService):
    """The event items of one subscription; asyncua keeps them, their filters and queues are ours."""

    _wanted: dict[int, Wanted]
    _full: set[int]
    _held: dict[int, list[Any]]
    """What items in mode Sampling have to tell as soon as they report."""

    def __init__(self, isub: Any, aspace: Any, types: EventTypes) -> None:
        super().__init__(isub, aspace)
        self._types = types
        self._wanted, self._full, self._held = {}, set(), {}
        self.hears: Callable[[ua.NodeId], bool] = lambda _: True
        self.may_audit: Callable[[], bool] = lambda: False
        self.fired: set[int] = set()
        """Items that are no tags and are to report although their mode is Sampling."""

    @property
    def hears_events(self) -> bool:
        """Whether any item listens to events."""
        return bool(self._wanted)

    @property
    def hears_audit(self) -> bool:
        """The same, for somebody who may hear the audit."""
        return self.hears_events and self.may_audit()

    def notify(self, event: Occurrence, notifiers: Sequence[ua.NodeId]) -> None:
        """Queue an event in every item on one of these nodes whose filter it passes; the first is its simulation's."""
        for node in notifiers if self._wanted and self.hears(notifiers[0]) else ():
            for number in self._monitored_events.get(node, ()):
                disabled = self._monitored_items[number].mode == ua.MonitoringMode.Disabled
                fields = None if disabled else self._wanted[number].fields(event)
                if fields is not None:
                    self._queue(number, fields)

    def refresh(self, number: int, events: Sequence[Occurrence], always: Sequence[Occurrence]) -> None:
        """Queue events for one item, whatever the size of its queue, between the first and the last of `always`."""
        if self._monitored_items[number].mode != ua.MonitoringMode.Reporting:
            return
        wanted = self._wanted[number]
        first, last = (wanted.every_field(event) for event in always)
        found = (wanted.fields(event) for event in events)
        for fields in (first, *(fields for fields in found if fields is not None), last):
            self._append(number, fields)

    def event_items(self) -> dict[int, ua.NodeId]:
        """The numbers of the items that listen to events, and their nodes."""
        return {number: node for node, numbers in self._monitored_events.items() for number in numbers}

    def fire(self, number: int) -> None:
        """Item `number` has something to report."""

    @property
    def triggered(self) -> bool:
        """Whether an item in mode Sampling has events that are to be told because another item reports."""
        return not self.fired.isdisjoint(self._held)

    def release(self) -> None:
        """Have them told; those of an item whose earlier ones are not all sent yet when they are."""
        told: dict[int, list[Any]] = self.isub._triggered_events
        for number in [number for number in self.fired if number in self._wanted and number not in told]:
            self.fired.discard(number)
            if number in self._held:
                self._full.discard(number)
                told[number] = self._held.pop(number)

    def set_event_mode(self, number: int, mode: ua.MonitoringMode) -> None:
        """Switch an item: what waits is held back, told from now on, or forgotten."""
        waiting = self._queues(number).pop(number, None)
        self._monitored_items[number].mode = mode
        if mode == ua.MonitoringMode.Disabled:
            self._full.discard(number)
            self.isub._triggered_events.pop(number, None)
        elif waiting:
            self._queues(number).setdefault(number, []).extend(waiting)

    def _queues(self, number: int) -> dict[int, list[Any]]:
        """Where the events of an item wait: only those of a reporting one are sent."""
        reporting = self._monitored_items[number].mode == ua.MonitoringMode.Reporting
        return self.isub._triggered_events if reporting else self._held

    def _queue(self, number: int, fields: list[ua.Variant]) -> None:
        held, waiting = self._monitored_items[number], self._queues(number).get(number, [])
        if len(waiting) < held.queue_size:
            self._full.discard(number)
            self._append(number, fields)
            return
        overflow = self._overflow(number)
        if self._oldest_first(number):
            told = number in self._full
            del waiting[int(told) : int(told) + 1]
            waiting[:1] = waiting[:1] if told else [overflow, *waiting[:1]]
            self._append(number, fields)
        elif number not in self._full:
            waiting.append(overflow)
        self._full.add(number)

    def _shorten(self, number: int) -> None:
        """Hold what waits to a queue that has become smaller."""
        waiting, size = self._queues(number).get(number, []), self._monitored_items[number].queue_size
        if len(waiting) - (number in self._full) > size:
            overflow = self._overflow(number)
            waiting[:] = [overflow, *waiting[-size:]] if self._oldest_first(number) else [*waiting[:size], overflow]
            self._full.add(number)

    def _append(self, number: int, fields: list[ua.Variant]) -> None:
        handle = self._monitored_items[number].client_handle
        waiting = self._queues(number).setdefault(number, [])
        waiting.append(ua.EventFieldList(ua.IntegerId(handle or 0), fields))
        self.fire(number)

    def _overflow(self, number: int) -> ua.EventFieldList:
        event = server_event(ua.ObjectIds.EventQueueOverflowEventType, "events were lost", _OVERFLOW_SEVERITY)
        handle = self._monitored_items[number].client_handle
        return ua.EventFieldList(ua.IntegerId(handle or 0), self._wanted[number].every_field(event))

    def _oldest_first(self, number: int) -> bool:
        return bool(getattr(self._monitored_items[number], "discard_oldest", True))

    def _create_events_monitored_item(self, params: ua.MonitoredItemCreateRequest) -> ua.MonitoredItemCreateResult:
        node = params.ItemToMonitor.NodeId
        notifier = self.aspace.read_attribute_value(node, ua.AttributeIds.EventNotifier)
        held = notifier.Value.Value if notifier.Value is not None else None
        if held is None or not int(held) & _SUBSCRIBE:
            known = node in self.aspace
            code = _CODES.BadAttributeIdInvalid if known else _CODES.BadNodeIdUnknown
            return ua.MonitoredItemCreateResult(StatusCode=status_code(code))
        try:
            check_whole(params.ItemToMonitor, ua.AttributeIds.EventNotifier)
            wanted, problems = read_event_filter(params.RequestedParameters.Filter, self._types)
        except FilterInvalid as error:
            return ua.MonitoredItemCreateResult(StatusCode=status_code(error.code), FilterResult=error.result)
        except ServiceError as error:
            return ua.MonitoredItemCreateResult(StatusCode=status_code(error.code))
        return self._created_for_events(params, wanted, problems)

    def _created_for_events(
        self, params: ua.MonitoredItemCreateRequest, wanted: Wanted, problems: ua.EventFilterResult | None
    ) -> ua.MonitoredItemCreateResult:
        result, data = self._make_monitored_item_common(params)
        result.RevisedSamplingInterval, result.RevisedQueueSize = 0.0, revised_queue(params.RequestedParameters)
        data.queue_size = result.RevisedQueueSize
        data.discard_oldest = params.RequestedParameters.DiscardOldest  # type: ignore[attr-defined] # kept for us
        if problems is not None:
            result.FilterResult = problems
        self._commit_monitored_item(result, data)
        self._monitored_events.setdefault(params.ItemToMonitor.NodeId, []).append(result.MonitoredItemId)
        self._wanted[result.MonitoredItemId] = wanted
        return result

    def _modify_monitored_item(self, params: ua.MonitoredItemModifyRequest) -> ua.MonitoredItemModifyResult:
        number, parameters = params.MonitoredItemId, params.RequestedParameters
        if number not in self._wanted:
            return super()._modify_monitored_item(params)
        try:
            wanted, problems = read_event_filter(parameters.Filter, self._types)
        except FilterInvalid as error:
            return ua.MonitoredItemModifyResult(StatusCode=status_code(error.code), FilterResult=error.result)
        except ServiceError as error:
            return ua.MonitoredItemModifyResult(StatusCode=status_code(error.code))
        held, self._wanted[number] = self._monitored_items[number], wanted
        held.client_handle, held.queue_size = parameters.ClientHandle, revised_queue(parameters)
        held.discard_oldest = parameters.DiscardOldest  # type: ignore[attr-defined]
        self._shorten(number)
        result = ua.MonitoredItemModifyResult(RevisedSamplingInterval=0.0, RevisedQueueSize=held.queue_size)
        if problems is not None:
            result.FilterResult = problems
        return result

    def _delete_monitored_items(self, mid: int) -> ua.StatusCode:
        if self._wanted.pop(mid, None) is not None:
            self._full.discard(mid)
            self.isub._triggered_events.pop(mid, None)
            self._held.pop(mid, None)
            self.fired.discard(mid)
        return super()._delete_monitored_items(mid)


def revised_queue(parameters: ua.MonitoringParameters) -> int:
    """The size of an event queue: 0 and 1 ask for whatever the server thinks right (OPC 10000-4 5.13.1.5)."""
    wish = int(parameters.QueueSize)
    return LIMITS.queue if wish <= 1 else min(wish, LIMITS.queue)
