"""A client's session: its rights, its limits, and what belongs to it (subscriptions, continuation points)."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.internal_session import InternalSession

from opcua_server.browsing import Pages
from opcua_server.cursors import Cursors
from opcua_server.limits import LIMITS
from opcua_server.processor import new_token
from opcua_server.security import Identity
from plant.access import User

if TYPE_CHECKING:
    from opcua_server.server import Services

_CODES = ua.StatusCodes


class Session(InternalSession):
    """asyncua's session with a secret token, operation limits and ownership."""

    iserver: "Services"

    def __init__(self, iserver: "Services", name: str, user: Any, external: bool) -> None:
        super().__init__(iserver, iserver.aspace, iserver.subscription_service, name, user=user, external=False)
        self.auth_token = new_token()
        self.external = external
        if external:
            iserver.register_external_session(self)
        self.pages, self.cursors = Pages(), Cursors()

    @property
    def role(self) -> User:
        """The role of whoever activated the session."""
        return self.user.plant_role if isinstance(self.user, Identity) else User.VIEWER

    async def create_session(self, params: Any, sockname: Any = None) -> ua.CreateSessionResult:
        """As asyncua, with the size of messages that the server really takes."""
        result = await super().create_session(params, sockname)
        result.MaxRequestMessageSize = LIMITS.message
        return result

    async def read(self, params: ua.ReadParameters) -> list[ua.DataValue]:
        """Read attributes."""
        _check_count(params.NodesToRead)
        return self.iserver.reader.read(params, self.role)

    async def write(self, params: ua.WriteParameters) -> list[ua.StatusCode]:
        """Write values through the gate."""
        _check_count(params.NodesToWrite)
        return await self.iserver.writer.write(params, self.role, str(self.role))

    async def history_read(self, params: ua.HistoryReadParameters) -> list[ua.HistoryReadResult]:
        """Read history; its cursors are this session's own."""
        _check_count(params.NodesToRead)
        return await self.iserver.history.read(params, self.cursors)

    async def browse(self, params: ua.BrowseParameters) -> list[ua.BrowseResult]:
        """Browse, in pages."""
        _check_count(params.NodesToBrowse)
        results = self.iserver.view_service.browse(params)
        return self.pages.cut(results, params)

    async def translate_browsepaths_to_nodeids(self, params: list[ua.BrowsePath]) -> list[ua.BrowsePathResult]:
        """Follow browse paths."""
        _check_count(params)
        return await super().translate_browsepaths_to_nodeids(params)

    async def call(self, params: list[ua.CallMethodRequest]) -> list[ua.CallMethodResult]:
        """Call methods under this session's role."""
        _check_count(params)
        return [await self.iserver.methods.call(request, self.role) for request in params]

    async def create_subscription(
        self, params: ua.CreateSubscriptionParameters, callback: Any, request_callback: Any = None
    ) -> ua.CreateSubscriptionResult:
        """Subscribe, not faster than the server publishes."""
        if len(self._own()) >= LIMITS.subscriptions_per_session:
            raise ServiceError(_CODES.BadTooManySubscriptions)
        wish, shortest = params.RequestedPublishingInterval, LIMITS.shortest_publishing_ms
        held = min(wish, LIMITS.longest_publishing_ms) if wish > shortest else shortest  # NaN as well
        params.RequestedPublishingInterval = held
        return await super().create_subscription(params, callback, request_callback)

    async def create_monitored_items(self, params: Any) -> list[ua.MonitoredItemCreateResult]:
        """Monitor nodes in a subscription of this session."""
        _check_count(params.ItemsToCreate)
        self._check_own(params.SubscriptionId)
        return await super().create_monitored_items(params)

    async def modify_monitored_items(self, params: Any) -> list[ua.MonitoredItemModifyResult]:
        """Change monitored items."""
        _check_count(params.ItemsToModify)
        self._check_own(params.SubscriptionId)
        return await super().modify_monitored_items(params)

    async def delete_monitored_items(self, params: Any) -> list[ua.StatusCode]:
        """Stop monitoring."""
        _check_count(params.MonitoredItemIds)
        self._check_own(params.SubscriptionId)
        return await super().delete_monitored_items(params)

    async def set_monitoring_mode(self, params: Any) -> list[ua.StatusCode]:
        """Switch monitored items."""
        _check_count(params.MonitoredItemIds)
        self._check_own(params.SubscriptionId)
        return await super().set_monitoring_mode(params)

    def modify_subscription(self, params: Any) -> ua.ModifySubscriptionResult:
        """Change a subscription of this session."""
        self._check_own(params.SubscriptionId)
        return super().modify_subscription(params)

    async def set_publishing_mode(self, params: Any) -> list[ua.StatusCode]:
        """Switch subscriptions of this session; others are unknown to it."""
        _check_count(params.SubscriptionIds)
        params.SubscriptionIds = self._hide(params.SubscriptionIds)
        return await super().set_publishing_mode(params)

    async def delete_subscriptions(self, ids: Sequence[int]) -> list[ua.StatusCode]:
        """Delete subscriptions of this session; others are unknown to it."""
        return await super().delete_subscriptions(self._hide(ids))

    def republish(self, params: Any) -> ua.NotificationMessage:
        """Send a notification again. Raises ServiceError when it is no longer kept."""
        self._check_own(params.SubscriptionId)
        message = super().republish(params)
        if not message.NotificationData:
            raise ServiceError(_CODES.BadMessageNotAvailable)
        return message

    async def transfer_subscriptions(  # type: ignore[override] # as asyncua's own server session
        self, params: Any, callback: Callable[..., Any]
    ) -> list[ua.TransferResult]:
        """Take over one's own subscriptions only."""
        _check_count(params.SubscriptionIds)
        params.SubscriptionIds = self._hide(params.SubscriptionIds)
        return await super().transfer_subscriptions(params, callback)

    def _own(self) -> set[int]:
        subscriptions = self.subscription_service.subscriptions
        return {number for number, one in subscriptions.items() if one.session_id == self.session_id}

    def _check_own(self, subscription_id: int) -> None:
        if subscription_id not in self._own():
            raise ServiceError(_CODES.BadSubscriptionIdInvalid)

    def _hide(self, ids: Sequence[int]) -> list[int]:
        own = self._own()
        return [number if number in own else 0 for number in ids]


def _check_count(operations: Sequence[Any] | None) -> None:
    if not operations:
        raise ServiceError(_CODES.BadNothingToDo)
    if len(operations) > LIMITS.nodes_per_request:
        raise ServiceError(_CODES.BadTooManyOperations)
