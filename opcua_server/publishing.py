"""Publish requests of a channel: kept until a subscription has something to tell, the most urgent first."""

import struct
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError
from asyncua.server.uaprocessor import PublishRequestData

from opcua_server.decoding import read_struct
from opcua_server.values import now
from opcua_server.wire import NO_DIAGNOSTICS, response, service

if TYPE_CHECKING:
    from opcua_server.processor import Processor
    from opcua_server.sessions import Session
    from opcua_server.subscription import Subscription

_CODES = ua.StatusCodes
_ANSWER = service(829)
_DATA_CHANGE = service(811) + b"\x01"
"""Type and encoding of an ExtensionObject that holds a DataChangeNotification."""
_COUNT, _RESULT = struct.Struct("<I"), struct.Struct("<?Iqi")


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
    """Answer a Publish request, with a fault where the client takes no message of this size."""
    try:
        _send(processor, result, request)
    except ServiceError as error:
        processor.send_fault(request.requesthdr.RequestHandle, request.seqhdr, error.code)


def _send(processor: "Processor", result: ua.PublishResult, request: PublishRequestData) -> None:
    """Where there is nothing but tags in it, without the objects of an answer. Raises ServiceError."""
    result.Results = list(request.results or ())
    if all(type(part) is ua.ExtensionObject for part in result.NotificationMessage.NotificationData):
        content = encoded(result)
        processor.send_bytes(request.seqhdr, response(_ANSWER, request.requesthdr.RequestHandle, content))
        return
    answer = ua.PublishResponse()
    answer.Parameters = result
    processor.send_response(request.requesthdr.RequestHandle, request.seqhdr, answer)


def encoded(result: ua.PublishResult) -> bytes:
    """A result whose notifications are encoded already (OPC 10000-4 5.14.5.2)."""
    message, codes = result.NotificationMessage, result.Results
    available = _numbers([int(number) for number in result.AvailableSequenceNumbers])
    head = _RESULT.pack(bool(result.MoreNotifications), message.SequenceNumber, now(), len(message.NotificationData))
    data = (
        b"".join((_DATA_CHANGE, len(part.Body).to_bytes(4, "little"), part.Body)) for part in message.NotificationData
    )
    results = _numbers([code.value for code in codes])
    return b"".join((_COUNT.pack(result.SubscriptionId), available, head, *data, results, NO_DIAGNOSTICS))


def _numbers(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values) + 1}I", len(values), *values)


def answer_waiting(processor: "Processor", code: int) -> None:
    """Answer all that wait: the session has no subscription any more (Part 4 5.14.5), or is closed (5.6.4)."""
    while processor._publish_requests:
        request = processor._publish_requests.popleft()
        processor.send_fault(request.requesthdr.RequestHandle, request.seqhdr, code)


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
