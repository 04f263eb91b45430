"""The messages of a subscription: filled with what its items have to tell, and held until the client has got them."""

from collections import OrderedDict
from typing import Any

from asyncua import ua

from opcua_server.monitoring import Items
from opcua_server.names import standard

_NOTIFICATION = standard(ua.ObjectIds.DataChangeNotification_Encoding_DefaultBinary)
_MESSAGES_KEPT, _BYTES_KEPT = 64, 8 * 1024 * 1024
_TAGS_AT_ONCE, _NODES_AT_ONCE, _EVENTS_AT_ONCE = 20_000, 250, 100
"""Notifications of one message, whatever the client wants: some milliseconds of work."""
_NO_DIAGNOSTICS = b"\xff\xff\xff\xff"


class Kept:
    """Messages for Republish, within bounds: the oldest are forgotten."""

    def __init__(self) -> None:
        self._messages: OrderedDict[int, ua.PublishResult] = OrderedDict()

    @property
    def numbers(self) -> list[int]:
        """Of those that are there."""
        return list(self._messages)

    def find(self, number: int) -> ua.NotificationMessage | None:
        """A message that was sent before and is not acknowledged."""
        kept = self._messages.get(number)
        return None if kept is None else kept.NotificationMessage

    def forget(self, number: int) -> bool:
        """The client has got it; whether it was kept."""
        return self._messages.pop(number, None) is not None

    def hold(self, result: ua.PublishResult, size: int) -> None:
        """Keep one whose notifications have so many bytes."""
        self._messages[int(result.NotificationMessage.SequenceNumber)] = result
        most = min(_MESSAGES_KEPT, 1 + _BYTES_KEPT // max(size, 1))
        while len(self._messages) > most:
            self._messages.popitem(last=False)


def fill(message: list[Any], items: Items, events: dict[int, list[Any]], most: int) -> int:
    """Put in what waits, at most so many notifications (0 is no limit); answers the bytes of the data changes."""
    left = most or _TAGS_AT_ONCE
    tags, count, more = items.tags.pop(min(left, _TAGS_AT_ONCE))
    left -= count
    nodes, more_nodes = items.nodes.take(min(left, _NODES_AT_ONCE)) if left and not more else ([], True)
    for body, number in ((tags, count), (b"".join(nodes), len(nodes))):
        if number:
            whole = b"".join((number.to_bytes(4, "little"), body, _NO_DIAGNOSTICS))
            held = ua.ExtensionObject(_NOTIFICATION, whole)  # type: ignore[arg-type] # a ByteString would be a copy
            message.append(held)
    left -= len(nodes)
    items.release()
    if left and not more_nodes:
        happened = _popped(events, min(left, _EVENTS_AT_ONCE))
        if happened:
            message.append(ua.EventNotificationList(happened))
    return len(tags) + sum(map(len, nodes))


def _popped(queues: dict[int, list[Any]], most: int) -> list[Any]:
    """Take the oldest of every item's queue, at most so many."""
    popped: list[Any] = []
    while queues and len(popped) < most:
        number, queue = next(iter(queues.items()))
        taken = queue[: most - len(popped)]
        popped += taken
        del queue[: len(taken)]
        if not queue:
            del queues[number]
    return popped
