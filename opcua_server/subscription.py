"""One subscription: its publishing cycle, what it sends, and what it keeps until the client has acknowledged it."""

import asyncio
import time
from typing import TYPE_CHECKING

from asyncua import ua
from asyncua.server.internal_subscription import InternalSubscription

from connections.log import logger
from opcua_server import publishing
from opcua_server.messages import Kept, fill
from opcua_server.monitoring import Items
from opcua_server.owners import Owner
from opcua_server.rota import Rota

if TYPE_CHECKING:
    from asyncua.server.uaprocessor import PublishRequestData

    from opcua_server.processor import Processor

_log = logger(__name__)
_LAST_SEQUENCE = 2**32 - 1


class Subscription(InternalSubscription):
    """asyncua's subscription with a cycle of its own: items, queues and messages are ours."""

    monitored_item_srv: Items
    rota: Rota
    most: int = 0
    """MaxNotificationsPerPublish; 0 is no limit."""
    left_by: Owner | None = None
    """Whose it was, once its session was closed without it."""
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
    def kept_numbers(self) -> list[int]:
        """The sequence numbers of the messages that Republish can send again."""
        return self._kept.numbers

    @property
    def ready(self) -> bool:
        """Whether there is something to tell."""
        if self._triggered_statuschanges:
            return True
        if not self._publishing_enabled:
            return False
        items = self.monitored_item_srv
        return bool(self._triggered_events or items.tags.reporting or items.nodes.reporting or items.triggered)

    async def start(self) -> None:
        """Begin with the first cycle at once."""
        self._kept = Kept()
        self._due = time.monotonic()
        self._timer = asyncio.get_running_loop().call_later(0, self._begin)

    async def stop(self) -> None:
        """End; nothing more is sent."""
        self.end()

    def end(self) -> None:
        """Stop the cycle and give back all items."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.monitored_item_srv.delete_all_monitored_items()

    def leave(self, owner: Owner) -> None:
        """The session ends without it: from now on it has no channel, and waits for somebody who takes it over."""
        self.left_by = owner
        self.pub_request_callback = None

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

    def touch(self) -> None:
        """A request about it is a sign of life of its client."""
        self._publish_cycles_count = 0

    def acknowledge(self, number: int) -> int:
        """Forget a message that the client has got; the status code."""
        self.touch()
        return ua.StatusCodes.Good if self._kept.forget(number) else ua.StatusCodes.BadSequenceNumberUnknown

    def republish(self, nb: int) -> ua.NotificationMessage | None:  # type: ignore[override] # None: it is not kept
        """A message that was sent before and is not acknowledged."""
        self.touch()
        return self._kept.find(nb)

    def answer(self, request: "PublishRequestData") -> bool:
        """A Publish request came while this subscription waited for one; whether it was used."""
        self.touch()
        if not self._late and not self.ready:
            return False
        self._send(request)
        return True

    def _begin(self) -> None:
        """It is time for a cycle: when others that are due as well leave the turn to it."""
        self.rota.add(self._cycle)

    def _cycle(self) -> bool:
        """One publishing cycle; never two at once, and lost ones are not made up for."""
        if self._timer is None:
            return False
        waits = self.left_by is None and self.peer.waits
        self._publish_cycles_count = 0 if waits else self._publish_cycles_count + 1
        if self._publish_cycles_count > self.data.RevisedLifetimeCount:
            _log.info("subscription expired", number=self.data.SubscriptionId)
            self._expire()
            return False
        self._wait()
        if self._sample():
            self.rota.add(self._sample)
        return False

    def _sample(self) -> bool:
        """Take samples for a while, and tell when that was all; whether it was not."""
        if self._timer is None:
            return False
        whole = self.monitored_item_srv.sample()
        if whole:
            self._tell()
        return not whole

    def _tell(self) -> None:
        """Send what there is, or a sign of life when it is time to."""
        if not self.ready and not self._startup:
            self._keep_alive_count += 1
            if self._keep_alive_count < self.data.RevisedMaxKeepAliveCount:
                return
        self._publish()

    def _wait(self) -> None:
        present = time.monotonic()
        self._due = max(self._due + self.data.RevisedPublishingInterval / 1000, present)
        self._timer = asyncio.get_running_loop().call_later(self._due - present, self._begin)

    def _publish(self) -> None:
        """Send a message, and more of them in turns of their own until nothing is left or no request waits."""
        if self._publish_one():
            self.rota.add(self._publish_one)

    def _publish_one(self) -> bool:
        if self._timer is None:
            return False
        request = self.peer.get_publish_request(self.data.SubscriptionId) if self.left_by is None else None
        if request is None:
            self._late = True
            return False
        self._send(request)
        return self.ready

    def _send(self, request: "PublishRequestData") -> None:
        self._late = False
        publishing.send(self.peer, self._pop_publish_result(), request)

    def _expire(self) -> None:
        self._timer = None
        self.end()
        if self.delete_callback is not None:
            self.delete_callback()

    def _pop_publish_result(self) -> ua.PublishResult:
        result = ua.PublishResult(SubscriptionId=self.data.SubscriptionId)
        message = result.NotificationMessage
        size = 0
        if self._publishing_enabled:
            size = fill(message.NotificationData, self.monitored_item_srv, self._triggered_events, self.most)
        self._pop_triggered_statuschanges(result)
        self._keep_alive_count, self._startup = 0, False
        message.SequenceNumber = ua.Counter(self._notification_seq)
        if message.NotificationData:
            self._notification_seq = self._notification_seq % _LAST_SEQUENCE + 1
            self._kept.hold(result, size)
        result.MoreNotifications = self.ready
        result.AvailableSequenceNumbers = self._kept.numbers
        return result
