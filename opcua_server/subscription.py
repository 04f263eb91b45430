"""One subscription: its publishing cycle, what it sends, and what it keeps until the client has acknowledged it."""

import asyncio
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.server.internal_subscription import InternalSubscription

from connections.log import logger
from opcua_server.monitoring import Items
from opcua_server.names import standard

if TYPE_CHECKING:
    from asyncua.server.uaprocessor import PublishRequestData

    from opcua_server.processor import Processor

_log = logger(__name__)
_NOTIFICATION = standard(ua.ObjectIds.DataChangeNotification_Encoding_DefaultBinary)
_MESSAGES_KEPT, _BYTES_KEPT = 64, 8 * 1024 * 1024
_EVENTS_AT_ONCE = 1000
_PLAIN_AT_ONCE = 1000
"""What fits into one message, whatever the client selects of them."""
_NO_DIAGNOSTICS = b"\xff\xff\xff\xff"
_LAST_SEQUENCE = 2**32 - 1


class Subscription(InternalSubscription):
    """asyncua's subscription with a cycle of its own: items, queues and messages are ours."""

    monitored_item_srv: Items
    most: int = 0
    """MaxNotificationsPerPublish; 0 is no limit."""
    priority: int = 0
    _timer: asyncio.TimerHandle | None = None
    _due: float = 0.0
    _late = False

    @property
    def peer(self) -> "Processor":
        """The channel that the subscription's session is on."""
        peer: Processor = self.pub_request_callback.__self__  # type: ignore[union-attr]
        return peer

    @property
    def next_number(self) -> int:
        """The sequence number of the next message."""
        return self._notification_seq

    @property
    def ready(self) -> bool:
        """Whether there is something to tell."""
        if self._triggered_statuschanges:
            return True
        if not self._publishing_enabled:
            return False
        items = self.monitored_item_srv
        return bool(
            self._triggered_datachanges or self._triggered_events or items.tags.reporting or items.sampled.reporting
        )

    async def start(self) -> None:
        """Begin with the first cycle at once."""
        self._kept: OrderedDict[int, ua.PublishResult] = OrderedDict()
        self._not_acknowledged_results = self._kept
        self._due = time.monotonic()
        self._timer = asyncio.get_running_loop().call_later(0, self._cycle)

    async def stop(self) -> None:
        """End; nothing more is sent."""
        self.end()

    def end(self) -> None:
        """Stop the cycle and give back all items."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.monitored_item_srv.delete_all_monitored_items()

    def modify(self, revised: ua.ModifySubscriptionResult, most: int, priority: int) -> None:
        """Go on with other parameters, from now on."""
        data, self.most, self.priority = self.data, most, priority
        changed = data.RevisedPublishingInterval != revised.RevisedPublishingInterval
        data.RevisedPublishingInterval = revised.RevisedPublishingInterval
        data.RevisedLifetimeCount = revised.RevisedLifetimeCount
        data.RevisedMaxKeepAliveCount = revised.RevisedMaxKeepAliveCount
        self._publish_cycles_count = self._keep_alive_count = 0
        if changed and self._timer is not None:
            self._timer.cancel()
            self._due = time.monotonic()
            self._wait()

    def acknowledge(self, number: int) -> int:
        """Forget a message that the client has got; the status code."""
        self._publish_cycles_count = 0
        codes = ua.StatusCodes
        return codes.Good if self._kept.pop(number, None) else codes.BadSequenceNumberUnknown

    def republish(self, nb: int) -> ua.NotificationMessage | None:  # type: ignore[override] # None: it is not kept
        """A message that was sent before and is not acknowledged."""
        self._publish_cycles_count = 0
        kept = self._kept.get(nb)
        return None if kept is None else kept.NotificationMessage

    def answer(self, request: "PublishRequestData") -> bool:
        """A Publish request came while this subscription waited for one; whether it was used."""
        self._publish_cycles_count = 0
        if not self._late and not self.ready:
            return False
        self._send(request)
        return True

    def _cycle(self) -> None:
        """One publishing cycle; never two at once, and lost ones are not made up for."""
        self.monitored_item_srv.sample()
        self._publish_cycles_count = 0 if self.peer.waits else self._publish_cycles_count + 1
        if self._publish_cycles_count > self.data.RevisedLifetimeCount:
            _log.info("subscription expired", number=self.data.SubscriptionId)
            self._expire()
            return
        self._wait()
        if not self.ready and not self._startup:
            self._keep_alive_count += 1
            if self._keep_alive_count < self.data.RevisedMaxKeepAliveCount:
                return
        self._publish()

    def _wait(self) -> None:
        present = time.monotonic()
        self._due = max(self._due + self.data.RevisedPublishingInterval / 1000, present)
        self._timer = asyncio.get_running_loop().call_later(self._due - present, self._cycle)

    def _publish(self) -> None:
        """Send until nothing is left or there is no request to answer."""
        while True:
            request = self.peer.get_publish_request(self.data.SubscriptionId)
            if request is None:
                self._late = True
                return
            self._send(request)
            if not self.ready:
                return

    def _send(self, request: "PublishRequestData") -> None:
        self._late = False
        self.peer.send_publish(self._pop_publish_result(), request)

    def _expire(self) -> None:
        self._timer = None
        self.end()
        if self.delete_callback is not None:
            self.delete_callback()

    def _pop_publish_result(self) -> ua.PublishResult:
        result = ua.PublishResult(SubscriptionId=self.data.SubscriptionId)
        message = result.NotificationMessage
        size = self._fill(message.NotificationData) if self._publishing_enabled else 0
        self._pop_triggered_statuschanges(result)
        self._keep_alive_count, self._startup = 0, False
        message.SequenceNumber = ua.Counter(self._notification_seq)
        if message.NotificationData:
            self._notification_seq = self._notification_seq % _LAST_SEQUENCE + 1
            self._keep(result, size)
        result.MoreNotifications = self.ready
        result.AvailableSequenceNumbers = list(self._kept)
        return result

    def _fill(self, message: list[Any]) -> int:
        """Put in what waits, no more than the client wants at once; answers the bytes of the tags."""
        items, left = self.monitored_item_srv, self.most
        body, count, more = items.tags.pop(left)
        if count:
            whole = count.to_bytes(4, "little") + body + _NO_DIAGNOSTICS
            message.append(ua.ExtensionObject(_NOTIFICATION, ua.ByteString(whole)))
        left = left - count if left else 0
        if more or (self.most and not left):
            return len(body)
        plain, more = items.sampled.take(left)
        left = left - len(plain) if left else 0
        if not more and (left or not self.most):
            plain += _popped(self._triggered_datachanges, min(left or _PLAIN_AT_ONCE, _PLAIN_AT_ONCE))
        if plain:
            message.append(ua.DataChangeNotification(plain))
            left = max(0, self.most - count - len(plain))
        if left or not self.most:
            events = _popped(self._triggered_events, min(left or _EVENTS_AT_ONCE, _EVENTS_AT_ONCE))
            if events:
                message.append(ua.EventNotificationList(events))
        return len(body)

    def _keep(self, result: ua.PublishResult, size: int) -> None:
        """Hold a message for Republish, within bounds: the oldest are forgotten."""
        self._kept[int(result.NotificationMessage.SequenceNumber)] = result
        most = min(_MESSAGES_KEPT, 1 + _BYTES_KEPT // max(size, 1))
        while len(self._kept) > most:
            self._kept.popitem(last=False)


def _popped(queues: dict[int, list[Any]], most: int) -> list[Any]:
    """Take the oldest of every item's queue, at most so many (0: all)."""
    popped: list[Any] = []
    for number in list(queues):
        count = min(len(queues[number]), most - len(popped)) if most else len(queues[number])
        popped += queues[number][:count]
        del queues[number][:count]
        if not queues[number]:
            del queues[number]
    return popped
