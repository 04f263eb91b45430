"""Publish requests of a channel: kept until a subscription has something to tell, the most urgent first."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError
from asyncua.server.uaprocessor import PublishRequestData

from opcua_server.decoding import read_struct
from opcua_server.values import now
from opcua_server.wire import NO_DIAGNOSTICS, response, service

if TYPE_CHECKING:
    from opcua_server.processor import Processor
    from opcua_server.sessions import Session
    from opcua_server.subscriber import Subscriber
    from opcua_server.subscription import Subscription

_CODES = ua.StatusCodes
_ANSWER = service(829)
_DATA_CHANGE = service(811) + b"\x01"
"""Type and encoding of an ExtensionObject that holds a DataChangeNotification."""
_COUNT, _RESULT, _PAIR = struct.Struct("<I"), struct.Struct("<?Iqi"), struct.Struct("<II")
_USUAL = 100
"""Acknowledgements of one request: clients send one for each message."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What counts of a Publish request's header, under asyncua's names; the hint in milliseconds."""

    RequestHandle: int
    TimeoutHint: int


class Acknowledgement(NamedTuple):
    """A message that the client has got, under asyncua's names."""

    SubscriptionId: int
    SequenceNumber: int


def acknowledgements(body: bytes, at: int) -> list[Acknowledgement] | None:
    """The parameters of a Publish request, which begin there; None where they are not of the usual size and shape."""
    count = int.from_bytes(body[at : at + 4], "little", signed=True)
    held = body[at + 4 :]
    if not -1 <= count <= _USUAL or len(held) != _PAIR.size * max(count, 0):
        return None
    return [Acknowledgement(*pair) for pair in _PAIR.iter_unpack(held)]


async def publish(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
    """The service, for requests of any shape. Raises ServiceError."""
    take(processor, session, header, seqhdr, read_struct(ua.PublishParameters, body).SubscriptionAcknowledgements or ())
    return True


def take(processor: "Processor", session: "Session", header: Any, seqhdr: Any, acknowledged: Sequence[Any]) -> None:
    """Acknowledge, then answer at once for a subscription that waits, or keep the request. Raises ServiceError."""
    results = session.acknowledge(acknowledged)
    request, own = PublishRequestData(header, seqhdr, results), session.own()
    if session.status_changes:
        send(processor, session.status_changes.popleft(), request)
        return
    if not own:
        raise ServiceError(_CODES.BadNoSubscription)
    waiting = processor._publish_results_subs
    late = [own[number] for number in waiting if number in own]
    for subscription in sorted(late, key=lambda one: -one.priority):
        del waiting[subscription.data.SubscriptionId]
        if subscription.answer(request):
            if subscription.ready:
                waiting[subscription.data.SubscriptionId] = True
            return
    if len(processor._publish_requests) >= processor.publish_request_limit(len(own)):
        processor._evict_publish_request()
    processor._publish_requests.append(request)


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
        processor.send_bytes(request.seqhdr, response(_ANSWER, request.requesthdr.RequestHandle, *content))
        return
    answer = ua.PublishResponse()
    answer.Parameters = result
    processor.send_response(request.requesthdr.RequestHandle, request.seqhdr, answer)


def encoded(result: ua.PublishResult) -> Iterator[bytes]:
    """The parts of a result whose notifications are encoded already (OPC 10000-4 5.14.5.2)."""
    message, codes = result.NotificationMessage, result.Results
    available = _numbers([int(number) for number in result.AvailableSequenceNumbers])
    head = _RESULT.pack(bool(result.MoreNotifications), message.SequenceNumber, now(), len(message.NotificationData))
    yield from (_COUNT.pack(result.SubscriptionId), available, head)
    for part in message.NotificationData:
        yield from (_DATA_CHANGE, len(part.Body).to_bytes(4, "little"), part.Body)
    yield from (_numbers([code.value for code in codes]), NO_DIAGNOSTICS)


def _numbers(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values) + 1}I", len(values), *values)


def answer_waiting(processor: "Processor", code: int) -> None:
    """Answer all that wait: the session has no subscription any more (Part 4 5.14.5), or is closed (5.6.4)."""
    while processor._publish_requests:
        request = processor._publish_requests.popleft()
        processor.send_fault(request.requesthdr.RequestHandle, request.seqhdr, code)


def tell_end(session: "Subscriber", subscription: "Subscription", code: int) -> None:
    """Tell the client, at once if it waits for something, why it has a subscription no more."""
    number = ua.Counter(subscription.next_number)
    change = ua.StatusChangeNotification(ua.StatusCode(ua.UInt32(code)))
    message = ua.NotificationMessage(number, NotificationData=[change])
    result, processor = ua.PublishResult(subscription.data.SubscriptionId, NotificationMessage=message), session.holder
    if processor is not None and processor._publish_requests:
        send(processor, result, processor._publish_requests.popleft())
    else:
        session.status_changes.append(result)


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
