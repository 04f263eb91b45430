"""The services that we answer ourselves: those that asyncua has not, and those whose requests may be long."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError

from opcua_server.decoding import read_struct
from opcua_server.names import standard
from opcua_server.pieces import Operations, decode, encode, encode_each, read_aside
from opcua_server.publishing import cancel, publish
from opcua_server.wire import NO_DIAGNOSTICS, response, service

if TYPE_CHECKING:
    from opcua_server.processor import Processor
    from opcua_server.sessions import Session

Serve = Callable[["Processor", "Session", Any, Any, Buffer], Awaitable[bool]]
Work = Callable[["Session", Any], Awaitable[Any]]
_AT_ONCE = 32
"""Operations that are read, done and answered before others get their turn: some milliseconds."""


def _many(name: str, result: type, work: Work) -> tuple[ua.NodeId, Serve]:
    """A service with many operations: decoded, carried out and answered in pieces."""
    kind = getattr(ua, f"{name}Parameters")
    answer = service(_number(f"{name}Response"))

    async def serve(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
        results = await encode(result, await work(session, await decode(kind, body)))
        processor.send_bytes(seqhdr, response(answer, header.RequestHandle, results + NO_DIAGNOSTICS))
        return True

    return _id(name), serve


def _stream(name: str, result: type, work: Work) -> tuple[ua.NodeId, Serve]:
    """The same for operations that change nothing: some at a time from bytes to bytes.

    A hundred thousand objects for a whole request and its answer would make collecting garbage slow.
    """
    kind = getattr(ua, f"{name}Parameters")
    answer = service(_number(f"{name}Response"))

    async def serve(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
        results = await _streamed(Operations(kind, body), result, lambda piece: work(session, piece))
        processor.send_bytes(seqhdr, response(answer, header.RequestHandle, results))
        return True

    return _id(name), serve


async def _streamed(asked: Operations[Any], result: type, work: Callable[[Any], Awaitable[Any]]) -> bytes:
    parts = [await encode_each(result, await work(piece)) async for piece in asked.pieces(_AT_ONCE)]
    return b"".join((asked.count.to_bytes(4, "little"), *parts, NO_DIAGNOSTICS))


async def _monitor(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
    """Create items, some at a time; those of a request that ends too early are deleted again."""
    asked, made = Operations(ua.CreateMonitoredItemsParameters, body), ua.DeleteMonitoredItemsParameters()

    async def create(piece: ua.CreateMonitoredItemsParameters) -> list[ua.MonitoredItemCreateResult]:
        created = await session.create_monitored_items(piece)
        made.SubscriptionId = piece.SubscriptionId
        made.MonitoredItemIds += [one.MonitoredItemId for one in created if one.StatusCode.is_good()]
        return created

    try:
        results = await _streamed(asked, ua.MonitoredItemCreateResult, create)
    except ServiceError:
        with suppress(ServiceError):  # there is none, or the subscription has ended
            await session.delete_monitored_items(made)
        raise
    answer = service(_number("CreateMonitoredItemsResponse"))
    processor.send_bytes(seqhdr, response(answer, header.RequestHandle, results))
    return True


def _one(name: str, work: Work) -> tuple[ua.NodeId, Serve]:
    """A service whose answer is one structure."""
    kind, answer = getattr(ua, f"{name}Parameters"), getattr(ua, f"{name}Response")

    async def serve(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
        whole = answer()
        whole.Parameters = await work(session, await read_aside(read_struct, kind, body))
        processor.send_response(header.RequestHandle, seqhdr, whole)
        return True

    return _id(name), serve


def _id(name: str) -> ua.NodeId:
    return standard(_number(f"{name}Request"))


def _number(name: str) -> int:
    return int(getattr(ua.ObjectIds, f"{name}_Encoding_DefaultBinary"))


async def _browse(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
    """Some nodes at a time; the pages that are left are those of one request."""
    session.pages.begin()
    return await _BROWSE[1](processor, session, header, seqhdr, body)


async def _browse_next(session: "Session", params: ua.BrowseNextParameters) -> ua.BrowseNextResult:
    points = [bytes(point or b"") for point in params.ContinuationPoints or ()]
    return ua.BrowseNextResult(session.browse_next_pages(points, bool(params.ReleaseContinuationPoints)))


async def _register(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
    """The nodes as they were given."""
    nodes = await session.register_nodes((await decode(ua.RegisterNodesParameters, body)).NodesToRegister)
    answer = service(_number("RegisterNodesResponse"))
    processor.send_bytes(seqhdr, response(answer, header.RequestHandle, await encode(ua.NodeId, nodes)))
    return True


async def _unregister(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
    """There is nothing to forget."""
    await session.register_nodes((await decode(ua.UnregisterNodesParameters, body)).NodesToUnregister)
    processor.send_response(header.RequestHandle, seqhdr, ua.UnregisterNodesResponse())
    return True


async def _transfer(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
    """Take over subscriptions; from now on they tell this channel."""
    params = await read_aside(read_struct, ua.TransferSubscriptionsParameters, body)
    results = await session.transfer_subscriptions(params, processor.forward_publish_response)
    answer = service(_number("TransferSubscriptionsResponse"))
    whole = await encode(ua.TransferResult, results) + NO_DIAGNOSTICS
    processor.send_bytes(seqhdr, response(answer, header.RequestHandle, whole))
    return True


async def _link(session: "Session", params: ua.SetTriggeringParameters) -> ua.SetTriggeringResult:
    return session.set_triggering(params)


_BROWSE = _stream("Browse", ua.BrowseResult, lambda session, params: session.browse(params))
OWN_SERVICES: Mapping[ua.NodeId, Serve] = dict((
    _stream("Read", ua.DataValue, lambda session, params: session.read(params)),
    _many("Write", ua.StatusCode, lambda session, params: session.write(params)),
    (_BROWSE[0], _browse),
    _stream("TranslateBrowsePathsToNodeIds", ua.BrowsePathResult,
            lambda session, params: session.translate_browsepaths_to_nodeids(params.BrowsePaths)),
    (_id("CreateMonitoredItems"), _monitor),
    _many("ModifyMonitoredItems", ua.MonitoredItemModifyResult,
          lambda session, params: session.modify_monitored_items(params)),
    _many("DeleteMonitoredItems", ua.StatusCode, lambda session, params: session.delete_monitored_items(params)),
    _many("SetMonitoringMode", ua.StatusCode, lambda session, params: session.set_monitoring_mode(params)),
    _many("SetPublishingMode", ua.StatusCode, lambda session, params: session.set_publishing_mode(params)),
    _many("DeleteSubscriptions", ua.StatusCode, lambda session, params: session.end_subscriptions(params)),
    _many("Call", ua.CallMethodResult, lambda session, params: session.call(params.MethodsToCall)),
    _many("HistoryRead", ua.HistoryReadResult, lambda session, params: session.history_read(params)),
    _one("BrowseNext", _browse_next),
    _one("SetTriggering", _link),
    (_id("TransferSubscriptions"), _transfer),
    (_id("RegisterNodes"), _register),
    (_id("UnregisterNodes"), _unregister),
    (_id("Publish"), publish),
    (_id("Cancel"), cancel),
))  # fmt: skip
