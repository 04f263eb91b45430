"""Publish requests of a channel: kept until a subscription has something to tell, the most urgent first."""

from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError
from asyncua.server.uaprocessor import PublishRequestData

from opcua_server.decoding import read_struct

if TYPE_CHECKING:
    from opcua_server.processor import Processor
    from opcua_server.sessions import Session
    from opcua_server.subscription import Subscription

_CODES = ua.StatusCodes


async def publish(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
    """Take a Publish request: acknowledge, then answer at once for a subscription that waits, or keep it."""
    params = read_struct(ua.PublishParameters, body)
    results = session.acknowledge(params.SubscriptionAcknowledgements or ())
    own = session.own()
    if not own:
        raise ServiceError(_CODES.BadNoSubscription)
    request = PublishRequestData(header, seqhdr, results)
    waiting = processor._publish_results_subs
    late = [own[number] for number in waiting if number in own]
    for subscription in sorted(late, key=lambda one: -one.priority):
        del waiting[subscription.data.SubscriptionId]
        if subscription.answer(request):
            if subscription.ready:
                waiting[subscription.data.SubscriptionId] = True
            return True
    if len(processor._publish_requests) >= processor.publish_request_limit(len(own)):
        processor._evict_publish_request()
    processor._publish_requests.append(request)
    return True


def send(processor: "Processor", result: ua.PublishResult, request: PublishRequestData) -> None:
    """Answer a Publish request."""
    result.Results = list(request.results or ())
    answer = ua.PublishResponse()
    answer.Parameters = result
    processor.send_response(request.requesthdr.RequestHandle, request.seqhdr, answer)


def none_left(processor: "Processor") -> None:
    """Answer all that wait when the session has no subscription any more (Part 4 5.14.5)."""
    while processor._publish_requests:
        request = processor._publish_requests.popleft()
        processor.send_fault(request.requesthdr.RequestHandle, request.seqhdr, _CODES.BadNoSubscription)


def tell_transferred(processor: "Processor", subscription: "Subscription") -> None:
    """Tell the client, if it waits for something, that another session has its subscription now."""
    if not processor._publish_requests:
        return
    number = ua.Counter(subscription.next_number)
    change = ua.StatusChangeNotification(ua.StatusCode(ua.UInt32(_CODES.GoodSubscriptionTransferred)))
    message = ua.NotificationMessage(number, NotificationData=[change])
    result = ua.PublishResult(subscription.data.SubscriptionId, NotificationMessage=message)
    send(processor, result, processor._publish_requests.popleft())


async def cancel(processor: "Processor", _: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
    """Cancel: Publish requests are the only ones that ever wait."""
    handle = read_struct(ua.CancelParameters, body).RequestHandle
    cancelled = [one for one in processor._publish_requests if one.requesthdr.RequestHandle == handle]
    for one in cancelled:
        processor._publish_requests.remove(one)
        processor.send_fault(one.requesthdr.RequestHandle, one.seqhdr, _CODES.BadRequestCancelledByClient)
    answer = ua.CancelResponse()
    answer.Parameters.CancelCount = ua.UInt32(len(cancelled))
    processor.send_response(header.RequestHandle, seqhdr, answer)
    return True
