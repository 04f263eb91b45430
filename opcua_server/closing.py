"""CloseSession (OPC 10000-4 5.6.4): whoever waits is told, and subscriptions end or are left for another session."""

from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import Primitives

from opcua_server.creation import forget_watchdog
from opcua_server.publishing import answer_waiting

if TYPE_CHECKING:
    from opcua_server.processor import Processor
    from opcua_server.sessions import Session


async def close(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
    """Answer a request to end a session whose token was checked. Raises NotEnoughData."""
    delete_subscriptions = bool(Primitives.Boolean.unpack(body))
    answer_waiting(processor, ua.StatusCodes.BadSessionClosed)
    forget_watchdog(processor)
    processor._closing = True
    await session.close_session(delete_subscriptions)
    processor.session = None
    processor.send_response(header.RequestHandle, seqhdr, ua.CloseSessionResponse())
    return True
