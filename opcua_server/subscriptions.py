"""Subscriptions that encode their tags as arrays; publishing, acknowledging and republishing stay asyncua's."""

from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.server.internal_subscription import InternalSubscription
from asyncua.server.subscription_service import SubscriptionService

from connections.log import logger
from opcua_server.limits import LIMITS
from opcua_server.monitoring import Items
from opcua_server.names import standard
from opcua_server.space import Space

if TYPE_CHECKING:
    from opcua_server.server import Services

_log = logger(__name__)
_NOTIFICATION = standard(ua.ObjectIds.DataChangeNotification_Encoding_DefaultBinary)
_KEPT_FOR_REPUBLISH = 64


class Subscription(InternalSubscription):
    """asyncua's subscription, whose tags are encoded as arrays when it publishes."""

    monitored_item_srv: Items
    most: int = 0
    """MaxNotificationsPerPublish; 0 is no limit."""
    _more = False

    def has_published_results(self) -> bool:
        """Whether there is something to send, or a sign of life is due."""
        self.monitored_item_srv.sample(self._triggered_datachanges)
        if self._publishing_enabled and self.monitored_item_srv.tags.reporting:
            return True
        return super().has_published_results()

    def _pop_publish_result(self) -> ua.PublishResult:
        result = super()._pop_publish_result()
        result.MoreNotifications = self._more
        return result

    def _pop_triggered_datachanges(self, result: ua.PublishResult) -> None:
        super()._pop_triggered_datachanges(result)
        body, count, self._more = self.monitored_item_srv.tags.pop(self.most)
        if count:
            whole = count.to_bytes(4, "little") + body + b"\xff\xff\xff\xff"
            result.NotificationMessage.NotificationData.append(ua.ExtensionObject(_NOTIFICATION, ua.ByteString(whole)))


class Subscriptions(SubscriptionService):
    """All subscriptions of the server."""

    def __init__(self, iserver: "Services", space: Space) -> None:
        super().__init__(iserver.aspace, iserver)
        self._space = space

    async def create_subscription(
        self, params: Any, callback: Any, session_id: ua.NodeId, request_callback: Any = None
    ) -> ua.CreateSubscriptionResult:
        """As asyncua, with our subscription."""
        result = ua.CreateSubscriptionResult()
        result.RevisedPublishingInterval = params.RequestedPublishingInterval
        result.RevisedMaxKeepAliveCount = self._clamp_keep_alive_count(params.RequestedMaxKeepAliveCount)
        lifetime = self._clamp_lifetime_count(params.RequestedLifetimeCount)
        result.RevisedLifetimeCount = ua.UInt32(max(lifetime, 3 * result.RevisedMaxKeepAliveCount))
        self._sub_id_counter += 1
        result.SubscriptionId = ua.IntegerId(self._sub_id_counter)
        subscription = Subscription(
            result, self.aspace, callback, session_id, request_callback,
            delete_callback=lambda: self.subscriptions.pop(result.SubscriptionId, None),
            no_acks_limit=_KEPT_FOR_REPUBLISH, max_queue_size=LIMITS.queue, publishing_enabled=params.PublishingEnabled,
        )  # fmt: skip
        subscription.monitored_item_srv = Items(subscription, self.aspace, self._space, self.count)
        subscription.most = int(params.MaxNotificationsPerPublish)
        self.subscriptions[result.SubscriptionId] = subscription
        await subscription.start()
        return result

    def count(self) -> int:
        """How many items all subscriptions have together."""
        return sum(subscription.monitored_item_srv.count() for subscription in self.subscriptions.values())  # type: ignore[attr-defined]

    async def trigger_event(self, event: Any, subscription_id: int | None = None) -> None:
        """Queue an event in every subscription, or in one; what one can't take does not keep it from the others."""
        wanted = self.subscriptions if subscription_id is None else {subscription_id}
        for subscription in [self.subscriptions[number] for number in wanted if number in self.subscriptions]:
            try:
                await subscription.monitored_item_srv.trigger_event(event)
            except Exception as error:
                _log.warning("event not sent", subscription=str(subscription), cause=repr(error))
