"""What belongs to a session as one who subscribes: subscriptions, their items, and who may take them over."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.internal_session import InternalSession

from opcua_server.limits import LIMITS
from opcua_server.monitoring import Items
from opcua_server.owners import Owner
from opcua_server.pieces import in_pieces
from opcua_server.publishing import answer_waiting
from opcua_server.requested import check_count
from opcua_server.security import STRANGER, Identity
from opcua_server.subscription import Subscription
from opcua_server.subscriptions import unknown
from opcua_server.values import status_code
from plant.access import Caller, Right, may

if TYPE_CHECKING:
    from opcua_server.processor import Processor
    from opcua_server.shared_services import Services

_CODES = ua.StatusCodes


class Subscriber(InternalSession):
    """A session's subscriptions; those of others are unknown to it."""

    iserver: "Services"
    holder: "Processor | None" = None
    application_uri: str | None = None
    status_changes: deque[ua.PublishResult]
    """What became of subscriptions while nobody waited to hear of it."""

    @property
    def who(self) -> Caller:
        """Whoever activated the session."""
        return self.user.who if isinstance(self.user, Identity) else STRANGER

    @property
    def owner(self) -> Owner:
        """Whose its subscriptions are."""
        return Owner(self.who.name, self.application_uri)

    def own_items(self, subscription: int) -> Items:
        """The items of one of this session's subscriptions. Raises ServiceError."""
        self._check_own(subscription)
        return self.iserver.subscription_service.subscriptions[subscription].monitored_item_srv

    async def create_subscription(
        self, params: ua.CreateSubscriptionParameters, callback: Any, request_callback: Any = None
    ) -> ua.CreateSubscriptionResult:
        """Subscribe, not faster than the server publishes."""
        if len(self.own()) >= LIMITS.subscriptions_per_session:
            raise ServiceError(_CODES.BadTooManySubscriptions)
        result = await super().create_subscription(params, callback, request_callback)
        self._lend_ears(result.SubscriptionId)
        return result

    def look_anew(self) -> None:
        """Another user has the session: its items tell what he may see."""
        for subscription in self.own().values():
            subscription.monitored_item_srv.tags.look_anew()

    def _lend_ears(self, subscription: int) -> None:
        """Have a subscription tell what this session's user may hear and see, whoever that is at present."""
        items = self.own_items(subscription)
        items.viewer.present = lambda: self.who
        items.tags.look_anew()
        items.hears = lambda node: self.iserver.sight.sees(self.who, node)
        items.may_audit = self._may_audit

    def _may_audit(self) -> bool:
        """Audit events are for administrators, on channels that nobody else can read (OPC 10000-5 6.4.3)."""
        encrypted = self.holder is not None and self.holder.encrypted
        return encrypted and may(self.who, Right.ADMINISTER)

    async def create_monitored_items(self, params: Any) -> list[ua.MonitoredItemCreateResult]:
        """Monitor nodes in a subscription of this session."""
        check_count(params.ItemsToCreate)
        items = self.own_items(params.SubscriptionId)
        self.iserver.sight.masked(self.who, params.ItemsToCreate, "ItemToMonitor.NodeId")
        return await items.create_monitored_items(params)

    async def modify_monitored_items(self, params: Any) -> list[ua.MonitoredItemModifyResult]:
        """Change monitored items."""
        check_count(params.ItemsToModify)
        return await self.own_items(params.SubscriptionId).change(params)

    async def delete_monitored_items(self, params: Any) -> list[ua.StatusCode]:
        """Stop monitoring."""
        check_count(params.MonitoredItemIds)
        return await self.own_items(params.SubscriptionId).remove(params.MonitoredItemIds)

    async def set_monitoring_mode(self, params: Any) -> list[ua.StatusCode]:
        """Switch monitored items."""
        check_count(params.MonitoredItemIds)
        items = self.own_items(params.SubscriptionId)
        return await items.set_monitoring_mode(params.MonitoringMode, params.MonitoredItemIds)

    def set_triggering(self, params: ua.SetTriggeringParameters) -> ua.SetTriggeringResult:
        """Link monitored items, so that one has others report."""
        if len(params.LinksToAdd or ()) + len(params.LinksToRemove or ()) > LIMITS.nodes_per_request:
            raise ServiceError(_CODES.BadTooManyOperations)
        self._check_own(params.SubscriptionId)
        return self.iserver.subscription_service.link(params)

    def modify_subscription(self, params: Any) -> ua.ModifySubscriptionResult:
        """Change a subscription of this session."""
        self._check_own(params.SubscriptionId)
        return super().modify_subscription(params)

    async def set_publishing_mode(self, params: Any) -> list[ua.StatusCode]:
        """Switch subscriptions of this session; others are unknown to it."""
        check_count(params.SubscriptionIds)
        params.SubscriptionIds = self._hide(params.SubscriptionIds)
        for number, subscription in self.own().items():
            if number in params.SubscriptionIds:
                subscription.touch()
        return await super().set_publishing_mode(params)

    async def end_subscriptions(self, params: ua.DeleteSubscriptionsParameters) -> list[ua.StatusCode]:
        """The service: subscriptions that a client names."""
        check_count(params.SubscriptionIds)
        return await self.delete_subscriptions(params.SubscriptionIds)

    async def delete_subscriptions(self, ids: Sequence[int]) -> list[ua.StatusCode]:
        """Delete subscriptions of this session; others are unknown to it."""
        results = await super().delete_subscriptions(self._hide(ids))
        self._answer_if_none()
        return results

    def acknowledge(self, acknowledged: Sequence[ua.SubscriptionAcknowledgement]) -> list[ua.StatusCode]:
        """Messages that the client has got; every request is a sign of life for all subscriptions."""
        own = self.own()
        return [
            status_code(own[one.SubscriptionId].acknowledge(one.SequenceNumber))
            if one.SubscriptionId in own else unknown()
            for one in acknowledged
        ]  # fmt: skip

    def republish(self, params: Any) -> ua.NotificationMessage:
        """Send a notification again. Raises ServiceError when it is no longer kept."""
        self._check_own(params.SubscriptionId)
        return super().republish(params)

    async def transfer_subscriptions(  # type: ignore[override] # as asyncua's own server session
        self, params: Any, callback: Callable[..., Any]
    ) -> list[ua.TransferResult]:
        """Take over subscriptions of one's own other sessions."""
        check_count(params.SubscriptionIds)
        initial = bool(params.SendInitialValues)
        return await in_pieces(params.SubscriptionIds, lambda ids: [self._take(one, callback, initial) for one in ids])

    def _take(self, number: int, callback: Callable[..., Any], initial_values: bool) -> ua.TransferResult:
        service = self.iserver.subscription_service
        subscription = service.subscriptions.get(number)
        if subscription is None:
            return ua.TransferResult(unknown())
        if subscription.session_id == self.session_id:
            return ua.TransferResult(status_code(_CODES.BadNothingToDo))
        if not self._may_take(subscription, callback):
            return ua.TransferResult(status_code(_CODES.BadUserAccessDenied))
        if len(self.own()) >= LIMITS.subscriptions_per_session:
            return ua.TransferResult(status_code(_CODES.BadTooManySubscriptions))
        before = self.iserver.session_of(subscription.session_id)
        moved = service.move(number, self.session_id, callback)
        self._lend_ears(number)
        if initial_values:
            subscription.monitored_item_srv.resend()
        if before is not None:
            before._answer_if_none()
        return moved

    def _answer_if_none(self) -> None:
        if self.holder is not None and not self.own():
            answer_waiting(self.holder, _CODES.BadNoSubscription)

    def _may_take(self, subscription: Subscription, callback: Callable[..., Any]) -> bool:
        other = self.iserver.session_of(subscription.session_id)
        owner = subscription.left_by if other is None else other.owner
        mode = callback.__self__._connection.security_policy.Mode  # type: ignore[attr-defined]
        signed = mode in (ua.MessageSecurityMode.Sign, ua.MessageSecurityMode.SignAndEncrypt)
        return owner is not None and owner.may_hand_over(self.owner, signed)

    def own(self) -> dict[int, Subscription]:
        """The subscriptions of this session by number."""
        subscriptions = self.iserver.subscription_service.subscriptions
        return {number: one for number, one in subscriptions.items() if one.session_id == self.session_id}

    def _check_own(self, subscription_id: int) -> None:
        found = self.iserver.subscription_service.subscriptions.get(subscription_id)
        if found is None or found.session_id != self.session_id:
            raise ServiceError(_CODES.BadSubscriptionIdInvalid)
        found.touch()

    def _hide(self, ids: Sequence[int]) -> list[int]:
        own = self.own()
        return [number if number in own else 0 for number in ids]
