"""CreateSession (OPC 10000-4 5.6.2): what the client says of itself is checked, what it wishes is revised."""

import math
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.server.uaprocessor import UaProcessor

from opcua_server.decoding import read_struct
from opcua_server.room import clear_channel

if TYPE_CHECKING:
    from opcua_server.processor import Processor


async def create(processor: "Processor", typeid: ua.NodeId, header: Any, seqhdr: Any, body: Buffer) -> Any:
    """As asyncua, when the client is who opened the channel; the session is this channel's. Raises ServiceError."""
    params = read_struct(ua.CreateSessionParameters, Buffer(bytes(body)))
    connection, guard = processor._connection, processor.iserver.guard
    with guard.refusals.session_heard(params, processor.name):
        guard.check_session(params, connection)
        await clear_channel(processor)
    forget_watchdog(processor)
    processor.channel.limit_answers(0)
    done = await UaProcessor._process_message(processor, typeid, header, seqhdr, body)  # type: ignore[no-untyped-call]
    session = processor.session
    if session is not None:
        session.holder, session.certificate = processor, connection.security_policy.peer_certificate
        session.mode = connection.security_policy.Mode
        processor.channel.limit_answers(session.largest_answer)
        if not guard.hosts.fit(params.EndpointUrl, _reached(processor)):
            guard.refusals.mistaken(params, processor.name, session.session_id, 1000 * (session.session_timeout or 0.0))
    return done


def _reached(processor: "Processor") -> str:
    """The address of this machine that the client has reached."""
    name = processor._transport.get_extra_info("sockname")
    return str(name[0]) if isinstance(name, tuple) else ""


def revised_timeout(wish: float) -> float:
    """Milliseconds that a client wishes its session to live unused; what is no number is no wish."""
    return 0.0 if math.isnan(wish) else wish


def forget_watchdog(processor: "Processor") -> None:
    """End what watches over the channel's last session: the next one has a time of its own."""
    if processor._session_watchdog_task is not None:
        processor._session_watchdog_task.cancel()
