"""All subscriptions of the server: made, changed, moved to another session, deleted; events are handed to them."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.subscription_service import SubscriptionService

from connections.log import logger
from opcua_server.alarms.types import EventTypes
from opcua_server.limits import LIMITS
from opcua_server.live import Live
from opcua_server.monitoring import Items
from opcua_server.owners import Owner
from opcua_server.pieces import in_pieces
from opcua_server.publishing import tell_end
from opcua_server.rota import Rota
from opcua_server.sources import Sources
from opcua_server.space import Space
from opcua_server.subscription import Subscription
from opcua_server.values import status_code

if TYPE_CHECKING:
    from opcua_server.shared_services import Services

_log = logger(__name__)
_KEEP_ALIVE = 10
"""Cycles between signs of life for a client that has no wish."""
_ENDED_AT_ONCE = 200


class Subscriptions(SubscriptionService):
    """All subscriptions of the server."""

    subscriptions: dict[int, Subscription]  # type: ignore[assignment]

    def __init__(self, iserver: "Services", space: Space) -> None:
        super().__init__(iserver.aspace, iserver)
        self._space, self._sources, self._rota = space, Sources(iserver.aspace), Rota()
        self._types, self._sessions = EventTypes(iserver.aspace), iserver
        space.on_sharing(self._share)

    async def create_subscription(
        self, params: Any, callback: Any, session_id: ua.NodeId, request_callback: Any = None
    ) -> ua.CreateSubscriptionResult:
        """A new subscription of ours."""
        revised = revise(params, len(self.subscriptions))
        self._sub_id_counter += 1
        result = ua.CreateSubscriptionResult(
            ua.IntegerId(self._sub_id_counter), revised.RevisedPublishingInterval, revised.RevisedLifetimeCount,
            revised.RevisedMaxKeepAliveCount,
        )  # fmt: skip
        subscription = Subscription(
            result, self.aspace, callback, session_id, request_callback,
            delete_callback=lambda: self._expired(result.SubscriptionId),
            max_queue_size=LIMITS.queue, publishing_enabled=params.PublishingEnabled,
        )  # fmt: skip
        subscription.monitored_item_srv = Items(
            subscription, self.aspace, self._types, self._space, self._sources, self.room
        )  # fmt: skip
        subscription.rota = self._rota
        subscription.most, subscription.priority = int(params.MaxNotificationsPerPublish), int(params.Priority)
        self.subscriptions[result.SubscriptionId] = subscription
        await subscription.start()
        return result

    def modify_subscription(self, params: ua.ModifySubscriptionParameters) -> ua.ModifySubscriptionResult:
        """Give a subscription other parameters; the result says which. Raises ServiceError."""
        revised = revise(params, len(self.subscriptions))
        subscription = self._find(params.SubscriptionId)
        subscription.modify(revised, int(params.MaxNotificationsPerPublish), int(params.Priority))
        return revised

    def republish(self, params: ua.RepublishParameters) -> ua.NotificationMessage:
        """A message again. Raises ServiceError when it is no longer kept."""
        message = self._find(params.SubscriptionId).republish(params.RetransmitSequenceNumber)
        if message is None:
            raise ServiceError(ua.StatusCodes.BadMessageNotAvailable)
        return message

    def link(self, params: ua.SetTriggeringParameters) -> ua.SetTriggeringResult:
        """SetTriggering. Raises ServiceError."""
        items = self._find(params.SubscriptionId).monitored_item_srv
        added, removed = list(params.LinksToAdd or ()), list(params.LinksToRemove or ())
        if not added and not removed:
            raise ServiceError(ua.StatusCodes.BadNothingToDo)
        results = items.link(params.TriggeringItemId, added, removed)
        return ua.SetTriggeringResult(AddResults=results[0], RemoveResults=results[1])

    def move(self, subscription_id: int, session_id: ua.NodeId, callback: Callable[..., Any]) -> ua.TransferResult:
        """Give a subscription to another session; the one that had it is told."""
        subscription = self._find(subscription_id)
        if subscription.left_by is None and subscription.session_id != session_id:
            self._tell_end(subscription, ua.StatusCodes.GoodSubscriptionTransferred)
        subscription.session_id, subscription.left_by = session_id, None
        subscription.pub_result_callback = callback
        subscription.pub_request_callback = callback.__self__.get_publish_request  # type: ignore[attr-defined]
        return ua.TransferResult(AvailableSequenceNumbers=subscription.kept_numbers)

    def _expired(self, number: int) -> None:
        subscription = self.subscriptions.pop(number, None)
        if subscription is not None:
            self._tell_end(subscription, ua.StatusCodes.BadTimeout)

    def _tell_end(self, subscription: Subscription, code: int) -> None:
        session = self._sessions.session_of(subscription.session_id)
        if session is not None:
            tell_end(session, subscription, code)

    async def delete_subscriptions(self, ids: Sequence[int]) -> list[ua.StatusCode]:
        """End subscriptions, in pieces."""
        return await in_pieces(ids, lambda piece: [self._delete(number) for number in piece], _ENDED_AT_ONCE)

    def _delete(self, number: int) -> ua.StatusCode:
        subscription = self.subscriptions.pop(number, None)
        if subscription is None:
            return unknown()
        subscription.end()
        return ua.StatusCode()

    def _share(self, live: Live) -> None:
        """A simulation is shared with others than before."""
        for one in self.subscriptions.values():
            one.monitored_item_srv.tags.share([live])

    def leave(self, ones: Iterable[Subscription], owner: Owner) -> None:
        """Keep subscriptions whose session ends without them; of too many that nobody takes over the oldest end."""
        for one in ones:
            one.leave(owner)
        for number in self._left()[: -LIMITS.subscriptions_left]:
            self._delete(number)

    def room(self, wanted: int) -> int:
        """For how many of so many more items there is room; what no session has any more gives way."""
        left = self._left()
        while (room := LIMITS.items - self.count()) < wanted and left:
            self._delete(left.pop(0))
        return max(0, min(room, wanted))

    def _left(self) -> list[int]:
        return [number for number, one in self.subscriptions.items() if one.left_by is not None]

    def count(self) -> int:
        """How many items all subscriptions have together."""
        return sum(subscription.monitored_item_srv.count() for subscription in self.subscriptions.values())

    def _find(self, subscription_id: int) -> Subscription:
        subscription = self.subscriptions.get(subscription_id)
        if subscription is None:
            raise ServiceError(ua.StatusCodes.BadSubscriptionIdInvalid)
        return subscription


def revise(wish: Any, others: int = 0) -> ua.ModifySubscriptionResult:
    """What a client gets of the interval (ms), keep-alive and lifetime counts that it wants; a crowd is slowed down."""
    interval = float(wish.RequestedPublishingInterval)
    crowd = max(1.0, others / LIMITS.fast_subscriptions)
    shortest, longest = LIMITS.shortest_publishing_ms * crowd, LIMITS.longest_publishing_ms
    interval = min(interval, longest) if interval > shortest else shortest  # NaN as well
    keep_alive = min(int(wish.RequestedMaxKeepAliveCount) or _KEEP_ALIVE, LIMITS.keep_alive_cycles)
    lifetime = max(3 * keep_alive, min(int(wish.RequestedLifetimeCount), LIMITS.lifetime_cycles))
    return ua.ModifySubscriptionResult(interval, ua.Counter(lifetime), ua.Counter(keep_alive))


def unknown() -> ua.StatusCode:
    """The answer for a subscription that the caller has not."""
    return status_code(ua.StatusCodes.BadSubscriptionIdInvalid)
