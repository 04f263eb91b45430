"""The fast paths of a channel: Reads and Writes of tags, and Publish, are taken from their bytes, the others not."""

import secrets
import struct
from time import perf_counter
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.channel import Opened
from opcua_server.publishing import Asked, acknowledgements, take
from opcua_server.single_reads import SingleReads
from opcua_server.wire import (
    PUBLISH_REQUEST,
    READ_REQUEST,
    READ_RESPONSE,
    SERVICE,
    WRITE_REQUEST,
    WRITE_RESPONSE,
    read_head,
    response,
    timeout_hint,
)

if TYPE_CHECKING:
    from opcua_server.processor import Processor


class Quick:
    """Requests of known shape of one channel's active session."""

    def __init__(self, processor: "Processor") -> None:
        self._processor, self._services = processor, processor.iserver
        self._singles = SingleReads(processor)
        self.answer_single = self._singles.take

    def answer_chunk(self, chunk: bytes) -> bool:
        """Answer a Read of known shape, or take a Publish request, that came in one chunk at once.

        False for what has to take its turn.
        """
        processor = self._processor
        session, channel, began = processor.session, processor.channel, perf_counter()
        opened = channel.open_chunk(chunk) if session is not None else None
        if session is None or opened is None:
            return False
        if opened[2][:SERVICE] == PUBLISH_REQUEST:
            return self._publish(opened, began)
        if opened[2][:SERVICE] != READ_REQUEST:
            return False
        answer = self._singles.answer(opened[2], session)
        if answer is None:
            answer = self._read(opened[2])
            if answer is None:
                return False
            self._singles.learn(opened[2])
        channel.took(opened[0])
        processor._transport.write(channel.close_message(answer, opened[1]))
        self._services.meter.read(began)
        return True

    async def answer(self, raw: bytes) -> bytes | None:
        """The answer to a whole request, None where there is no fast path for it."""
        if raw[:SERVICE] == READ_REQUEST:
            return self._read(raw)
        return await self._write(raw) if raw[:SERVICE] == WRITE_REQUEST else None

    def publish(self, numbers: Any, raw: bytes) -> bool:
        """Take a Publish request of the usual shape; False for everything else."""
        processor, session = self._processor, self._processor.session
        found = self._own_request(raw) if raw[:SERVICE] == PUBLISH_REQUEST else None
        acknowledged = None if found is None else acknowledgements(raw, found[1])
        if session is None or found is None or acknowledged is None:
            return False
        try:
            take(processor, session, Asked(found[0], timeout_hint(raw, found[1])), numbers, acknowledged)
        except ServiceError as error:
            self._services.meter.failed(raw)
            processor.send_fault(found[0], numbers, error.code)
        return True

    def _publish(self, opened: Opened, began: float) -> bool:
        sequence, request, body = opened
        if not self.publish(ua.SequenceHeader(ua.UInt32(sequence), ua.UInt32(request)), body):
            return False
        self._processor.channel.took(sequence)
        self._services.meter.took(body, began)
        return True

    def _read(self, raw: bytes) -> bytes | None:
        found, session = self._own_request(raw), self._processor.session
        seen = session is not None and self._services.sight.whole(session.who)
        results = self._services.fast_reads.answer(raw[found[1] :]) if found is not None and seen else None
        return None if found is None or results is None else response(READ_RESPONSE, found[0], results)

    async def _write(self, raw: bytes) -> bytes | None:
        found, session = self._own_request(raw), self._processor.session
        if found is None or session is None:
            return None
        who = session.who
        known = self._services.write_templates.find(raw[found[1] :], who)
        if known is None:
            return None
        results = await self._services.writer.arrays.write(*known, who)
        return response(WRITE_RESPONSE, found[0], results)

    def _own_request(self, raw: bytes) -> tuple[int, int] | None:
        """The handle of a request of this channel's active session, and where its parameters begin."""
        session = self._processor.session
        if session is None or not session.is_activated():
            return None
        try:
            head = read_head(raw)
        except (struct.error, IndexError):
            return None
        if head is None or not secrets.compare_digest(head[0], session.token_bytes):
            return None
        session.touch()
        self._processor.session_last_activity = session._last_activity
        return head[1:]
